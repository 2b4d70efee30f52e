/* SPDX-License-Identifier: Apache-2.0 */
#include "names/tagger.h"

#include <math.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* Words that are tagged together, at most, and what joins the last one. */
#define ISLAND_MAX 64
#define ISLAND_ROOM (ISLAND_MAX + NAME_BESIDE + 1)
/* Words between two that may be names, and join them. */
#define JOINED_MAX 2

#define SCALE 16.0 /* weights are sixteenths of a logit */
#define FEATURE_COUNT 58
#define FEATURE_ROOM 64 /* whole vectors */
#define OUTSIDE 0 /* the tag of what is no name */

static const name_token absent = {.shape = NAME_ABSENT, .is_complete = true};

/* ------------------------------------------------------------------------------- candidates ---- */

/* A token of the reader, or the absent one. */
static const name_token *token_at(const name_reader *r, size_t at, int offset) {
    if (offset < 0 && at < (size_t)-offset) return &absent;
    const size_t place = at + (size_t)offset;
    return place < r->count ? &r->items[place] : &absent;
}

static bool is_mark(const name_token *t, char mark) {
    return t->shape == NAME_MARK && t->mark == (unsigned char)mark;
}

/* Is a word part of a handle, a tag, a host, an e-mail address or a call? */
static bool is_of_address(const name_reader *r, size_t at) {
    const name_token *t = &r->items[at], *before = token_at(r, at, -1), *after = token_at(r, at, 1);
    if (t->is_glued) {
        if (before->marks & NAME_MARK_HANDLES) return true;
        if (is_mark(before, '.') && before->is_glued) return true;
    }
    if (!after->is_glued) return false;
    if (is_mark(after, '@')) return true;
    const name_token *second = token_at(r, at, 2);
    if (t->noise == NAME_NOISE_MAX && (is_mark(after, '(') || (is_mark(after, ':') && is_mark(second, ':'))))
        return true;
    return is_mark(after, '.') && second->is_glued && (second->shape == NAME_SMALL || second->shape == NAME_CODE);
}

/* Classes of a word that makes a candidate of a small one behind it. */
#define CUES (NAME_TITLE | NAME_KIN | NAME_CUE)

/* Does a title, a word of kinship or a cue stand before a word? */
static bool has_cue(const name_reader *r, size_t at) {
    const name_token *before = token_at(r, at, -1), *second = token_at(r, at, -2);
    return (before->classes & CUES) || ((second->classes & CUES) && before->shape == NAME_MARK);
}

static bool may_be_small_name(const name_reader *r, size_t at) {
    name_token *t = &r->items[at];
    const name_token *before = token_at(r, at, -1);
    const bool is_name = t->classes & NAME_ANY_NAME;
    if (t->found) return true;
    const bool cue = has_cue(r, at);
    /* A small word where names have capitals. */
    if (t->mode == NAME_LINE_MIXED && !cue && !t->key[0]) return is_name && !(t->classes & NAME_LEVEL);
    if (is_name && !(t->classes & NAME_OFTEN)) return true;
    const bool near =
        (before->classes & NAME_ANY_NAME) && !(before->classes & NAME_OFTEN) && before->shape == NAME_SMALL;
    if (!cue && !near && !t->key[0]) return false;
    name_reader_complete(r, t);
    return !(t->classes & NAME_LEVEL);
}

/* Is a small word with nothing that speaks for a name, as most words are? */
static bool is_plain_word(const name_reader *r, size_t at) {
    const name_token *t = &r->items[at];
    if (!t->is_ordinary || t->shape != NAME_SMALL || t->key[0] || t->found || at < 2) return false;
    return !(t[-1].classes & (CUES | NAME_ANY_NAME)) && !(t[-2].classes & CUES);
}

/* May a word be of a name, from itself and the words beside it alone? */
static bool is_candidate(const name_reader *r, size_t at) {
    const name_token *t = &r->items[at], *after = token_at(r, at, 1);
    if (is_plain_word(r, at) || t->shape == NAME_MARK || t->shape == NAME_NUMBER) return false;
    const bool is_name = t->classes & NAME_ANY_NAME, often = t->classes & NAME_OFTEN;
    const bool very_often = (t->classes & NAME_LEVEL) == NAME_LEVEL;
    if (t->shape == NAME_CODE || is_of_address(r, at)) return false;
    switch (t->shape) {
    case NAME_CAPITAL:
    case NAME_MIXED:
        if (often && (t->is_first || t->mode == NAME_LINE_TITLE) && !is_name) return t->found != 0;
        if (!very_often || !t->is_first || t->mode == NAME_LINE_SMALL) return true;
        /* Will, May at the beginning of a sentence. */
        return t->found || after->shape == NAME_CAPITAL || after->shape == NAME_INITIAL;
    case NAME_INITIAL: return !very_often || after->shape == NAME_CAPITAL;
    case NAME_UPPER: return is_name || !often || t->found || t->mode != NAME_LINE_UPPER;
    case NAME_SINGLE: return true;
    case NAME_CASELESS: return is_name || !often || t->found;
    default: return may_be_small_name(r, at);
    }
}

static bool joins_names(const name_reader *r, size_t at) {
    const name_token *t = &r->items[at];
    const bool is_apostrophe = t->shape == NAME_MARK && (t->mark == '\'' || t->mark == 0x2019);
    if (is_apostrophe) return t->is_glued && token_at(r, at, 1)->is_glued; /* no quotation mark */
    return (t->classes & NAME_PARTICLE) || is_mark(t, '-') || is_mark(t, '&') ||
           (t->shape == NAME_MARK && t->mark == 0x30FB);
}

/* The end of the row of candidates that begins at `first`, with the words that join them. */
static size_t end_of_island(const name_reader *r, size_t first) {
    size_t last = first + 1;
    while (last < r->last && last - first < ISLAND_MAX) {
        size_t reach = last;
        while (reach < r->last && reach - last <= JOINED_MAX && !is_candidate(r, reach) && joins_names(r, reach))
            reach++;
        if (reach >= r->last || reach - last > JOINED_MAX || r->items[reach].line != r->items[first].line ||
            !is_candidate(r, reach)) {
            break;
        }
        last = reach + 1;
    }
    return last;
}

/* --------------------------------------------------------------------------------- features ---- */

static inline uint32_t mix(uint32_t value, uint32_t more) {
    value = (value ^ more) * UINT32_C(0x9E3779B1);
    return value ^ value >> 15;
}

/* What bits of classes say of persons, of places and organisations, and all that features of neighbours look at. */
#define OF_PERSONS 0x36C3U
#define OF_AREAS 0x1313CU
#define OF_NEIGHBOURS 0x3FFFU
#define OF_NAMES 0x300FU
/* Clusters of fewer words: the first bits of a path in the tree of clusters. */
#define COARSE 0xC0FU
#define MIDDLE 0xC3FU

typedef struct feature_parts {
    uint32_t of[3][FEATURE_ROOM];
} feature_parts;

/* What the features of a token are made of, up to three values each: all first ones, all second, all third ones. */
static void list_parts(const name_token *const w[5], feature_parts *out) {
    const name_token *p2 = w[0], *p1 = w[1], *t = w[2], *n1 = w[3], *n2 = w[4];
    const uint32_t person = t->classes & OF_PERSONS, area = t->classes & OF_AREAS;
    const uint32_t form = t->shape * 4U + t->mode, first = t->is_first + 2 * (t->classes >> 12 & 3);
    const uint32_t names = t->classes & OF_NAMES, before = p1->classes & OF_NEIGHBOURS,
                   after = n1->classes & OF_NEIGHBOURS;
    uint32_t n = 0;
#define PART(first_one, second_one, third_one)                                                                         \
    out->of[0][n] = (first_one), out->of[1][n] = (second_one), out->of[2][n++] = (third_one)
    PART(form, t->noise, 0);
    PART(t->shape, first, 0);
    PART(p1->shape, t->shape, n1->shape);
    PART(t->hash, 0, 0);
    PART(t->hash, t->shape, t->mode);
    PART(p1->hash, 0, 0);
    PART(n1->hash, 0, 0);
    PART(p2->hash, 0, 0);
    PART(n2->hash, 0, 0);
    PART(p2->hash, p1->hash, 0);
    PART(n1->hash, n2->hash, 0);
    PART(p1->hash, t->hash, 0);
    PART(t->hash, n1->hash, 0);
    PART(t->classes, form, 0);
    PART(person, form, 0);
    PART(area, form, 0);
    PART(person, before, 0);
    PART(person, after, 0);
    PART(area, before, 0);
    PART(area, after, 0);
    PART(before, p1->shape, 0);
    PART(after, n1->shape, 0);
    PART(p2->classes & OF_NEIGHBOURS, p2->shape, 0);
    PART(n2->classes & OF_NEIGHBOURS, n2->shape, 0);
    PART(t->suffix[0], t->script, 0);
    PART(t->suffix[1], t->shape, 0);
    PART(t->suffix[2], t->shape, 0);
    PART(t->suffix[3], 0, 0);
    PART(t->prefix[0], t->shape, 0);
    PART(t->prefix[1], 0, 0);
    PART(t->cluster, t->shape, 0);
    PART(t->cluster & COARSE, t->shape, 0);
    PART(t->cluster & MIDDLE, t->shape, 0);
    PART(p1->cluster, t->shape, 0);
    PART(p1->cluster & MIDDLE, t->shape, 0);
    PART(n1->cluster, t->shape, 0);
    PART(n1->cluster & MIDDLE, t->shape, 0);
    PART(p2->cluster, 0, 0);
    PART(n2->cluster, 0, 0);
    PART(p1->cluster, n1->cluster, 0);
    PART(p1->cluster & MIDDLE, names, 0);
    PART(n1->cluster & MIDDLE, names, 0);
    PART(t->found, t->shape, 0);
    PART(t->found & 15, t->found >> 4 & 12, p1->hash);
    PART(t->key[0], 0, 0);
    PART(t->key[0], t->key[1], 0);
    PART(t->key[0], t->shape, names);
    PART(t->run, t->mode, 0);
    PART(t->run, names, t->is_first);
    PART(t->is_glued + 2U * n1->is_glued, p1->shape, n1->shape);
    PART(p1->hash, t->shape, names);
    PART(n1->hash, t->shape, names);
    PART(p1->hash, n1->hash, 0);
    PART(p1->classes & OF_NAMES, names, n1->classes & OF_NAMES);
    PART(p1->suffix[1], t->shape, 0);
    PART(n1->suffix[1], t->shape, 0);
    PART(t->script, names, t->noise);
    PART(t->length, t->shape, names);
#undef PART
    for (; n < FEATURE_ROOM; n++) out->of[0][n] = out->of[1][n] = out->of[2][n] = 0;
}

static inline void mix_all(const feature_parts *parts, uint32_t out[FEATURE_ROOM]) {
    for (uint32_t i = 0; i < FEATURE_ROOM; i++) {
        out[i] = mix(mix(mix(mix(i + 1, parts->of[0][i]), parts->of[1][i]), parts->of[2][i]), UINT32_C(0x5BD1E995));
    }
}

#if defined(__x86_64__)
#define LANES 8
typedef uint32_t lanes __attribute__((vector_size(4 * LANES)));

/* The same, eight at a time. */
__attribute__((target("avx2"))) static void mix_avx2(const feature_parts *parts, uint32_t out[FEATURE_ROOM]) {
    lanes value, more, number = {1, 2, 3, 4, 5, 6, 7, 8};
    for (size_t i = 0; i < FEATURE_ROOM; i += LANES, number += LANES) {
        value = number;
        for (size_t k = 0; k <= 3; k++) {
            if (k < 3) memcpy(&more, &parts->of[k][i], sizeof more);
            else more = (lanes){0} + UINT32_C(0x5BD1E995);
            value = (value ^ more) * UINT32_C(0x9E3779B1);
            value ^= value >> 15;
        }
        memcpy(&out[i], &value, sizeof value);
    }
}
#endif

/* The features of a token. */
static void make_features(const name_token *const w[5], uint32_t out[FEATURE_ROOM]) {
    feature_parts parts;
    list_parts(w, &parts);
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        mix_avx2(&parts, out);
        return;
    }
#endif
    mix_all(&parts, out);
}

/* The check and the seven weights of a slot, and sums of as many. */
typedef int8_t slot_weights __attribute__((vector_size(8)));
typedef int16_t slot_sums __attribute__((vector_size(16)));

/* A value of each tag, and one that is of none: whole vectors. */
#define TAG_ROOM 8
typedef int32_t tag_sums __attribute__((vector_size(4 * TAG_ROOM)));

/* Adds the weights of features from `from` on. */
static inline void add_slots(const name_data *data, const uint32_t *features, size_t from, slot_sums *total) {
    for (size_t i = from; i < FEATURE_COUNT; i++) {
        slot_weights slot;
        memcpy(&slot, data->slots + 8 * ((uint64_t)features[i] * data->slot_count >> 32), sizeof slot);
        if ((uint8_t)slot[0] == (uint8_t)features[i]) *total += __builtin_convertvector(slot, slot_sums);
    }
}

#if defined(__x86_64__)
/* The same, four slots at a time. */
__attribute__((target("avx2"))) static void add_slots_avx2(const name_data *data, const uint32_t *features,
                                                           slot_sums *total) {
    const __m256i count = _mm256_set1_epi64x(data->slot_count), check = _mm256_set1_epi64x(0xFF);
    __m256i sums = _mm256_setzero_si256();
    size_t i = 0;
    for (; i + 4 <= FEATURE_COUNT; i += 4) {
        const __m256i some = _mm256_cvtepu32_epi64(_mm_loadu_si128((const __m128i *)(const void *)(features + i)));
        const __m256i place = _mm256_srli_epi64(_mm256_mul_epu32(some, count), 32);
        __m256i slots = _mm256_i64gather_epi64((const long long *)(const void *)data->slots, place, 8);
        const __m256i differs = _mm256_and_si256(_mm256_xor_si256(slots, some), check);
        slots = _mm256_and_si256(slots, _mm256_cmpeq_epi64(differs, _mm256_setzero_si256()));
        sums = _mm256_add_epi16(sums, _mm256_cvtepi8_epi16(_mm256_castsi256_si128(slots)));
        sums = _mm256_add_epi16(sums, _mm256_cvtepi8_epi16(_mm256_extracti128_si256(slots, 1)));
    }
    *total = (slot_sums)_mm_add_epi16(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    add_slots(data, features, i, total);
}
#endif

/* Sums of the weights of a token's features, for each tag: fewer than 256 weights fit. */
static void add_weights(const name_data *data, const uint32_t features[FEATURE_ROOM], tag_sums *sums) {
    slot_sums total = {0};
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) add_slots_avx2(data, features, &total);
    else
#endif
        add_slots(data, features, 0, &total);
    *sums = (tag_sums){0};
    for (size_t tag = 0; tag < NAME_TAGS; tag++) (*sums)[tag] = total[tag + 1];
}

/* ------------------------------------------------------------------------------------- tags ---- */

/* What goes on with a name stands only after what begins or goes on with one of its type; `before` is -1 at first. */
static bool may_follow(int before, int tag) {
    return tag == OUTSIDE || tag % 2 == 1 || before == tag || before == tag - 1;
}

/* No row of tags goes where the sum of a step is this low: less than any value, and no sum of two overflows. */
#define LOWEST (INT32_MIN / 2)
#define NO_STEP (INT32_MIN / 4)

typedef struct island {
    const name_data *data;
    size_t count;
    tag_sums sums[ISLAND_ROOM];
    uint8_t tags[ISLAND_ROOM];
    double sure[ISLAND_ROOM][NAME_TYPES]; /* that a word is of a name of a type */
    tag_sums steps[NAME_TAGS + 1]; /* by tag before + 1 */
    bool has_raised; /* the same, raised: most texts ask for no name's score */
    double raised[NAME_TAGS + 1][TAG_ROOM], turned[NAME_TAGS][TAG_ROOM]; /* by tag before + 1; by tag, then by before */
} island;

static void learn_steps(island *land) {
    for (int before = -1; before < NAME_TAGS; before++) {
        for (int tag = 0; tag < TAG_ROOM; tag++) {
            const bool may = tag < NAME_TAGS && may_follow(before, tag);
            land->steps[before + 1][tag] = may ? land->data->steps[before + 1][tag] : NO_STEP;
        }
    }
}

static void raise_steps(island *land) {
    if (land->has_raised) return;
    land->has_raised = true;
    memset(land->raised, 0, sizeof land->raised);
    memset(land->turned, 0, sizeof land->turned);
    for (int before = -1; before < NAME_TAGS; before++) {
        for (int tag = 0; tag < NAME_TAGS; tag++) {
            if (!may_follow(before, tag)) continue;
            land->raised[before + 1][tag] = exp(land->data->steps[before + 1][tag] / SCALE);
            if (before >= 0) land->turned[tag][before] = land->raised[before + 1][tag];
        }
    }
}

/* The best row of tags: A. Viterbi, IEEE Transactions on Information Theory 13 (1967). All tags of a token at once. */
static void choose_tags(island *land) {
    tag_sums from[ISLAND_ROOM], value = land->steps[0] + land->sums[0];
    for (size_t i = 1; i < land->count; i++) {
        tag_sums best = (tag_sums){0} + LOWEST, tag = {0};
        for (int before = 0; before < NAME_TAGS; before++) {
            const tag_sums here = value[before] + land->steps[before + 1] + land->sums[i], better = here > best;
            best = (here & better) | (best & ~better);
            tag = (before & better) | (tag & ~better);
        }
        value = best;
        from[i] = tag;
    }
    int best = 0;
    for (int tag = 1; tag < NAME_TAGS; tag++) {
        if (value[tag] > value[best]) best = tag;
    }
    for (size_t i = land->count; i-- > 0;) {
        land->tags[i] = (uint8_t)best;
        if (i) best = from[i][best];
    }
}

static void scale_to_one(double values[TAG_ROOM]) {
    double total = 0;
    for (int tag = 0; tag < NAME_TAGS; tag++) total += values[tag];
    for (int tag = 0; tag < NAME_TAGS; tag++) values[tag] /= total;
}

/* e to the sums of a token, as far as they are above or below the largest. */
static void raise_sums(const tag_sums *sums, double out[TAG_ROOM]) {
    int32_t top = (*sums)[0];
    for (int tag = 1; tag < NAME_TAGS; tag++) top = (*sums)[tag] > top ? (*sums)[tag] : top;
    for (int tag = 0; tag < NAME_TAGS; tag++) out[tag] = exp(((*sums)[tag] - top) / SCALE);
    out[NAME_TAGS] = 0;
}

/* How likely each tag of each token is, by forward and backward sums. */
static void weigh_tags(island *land) {
    double raised[ISLAND_ROOM][TAG_ROOM], forward[ISLAND_ROOM][TAG_ROOM], backward[TAG_ROOM], next[TAG_ROOM];
    raise_steps(land);
    for (size_t i = 0; i < land->count; i++) {
        double value[TAG_ROOM] = {0};
        raise_sums(&land->sums[i], raised[i]);
        for (int before = 0; i && before < NAME_TAGS; before++) {
            for (int tag = 0; tag < TAG_ROOM; tag++)
                value[tag] += forward[i - 1][before] * land->raised[before + 1][tag];
        }
        for (int tag = 0; tag < TAG_ROOM; tag++) forward[i][tag] = (i ? value : land->raised[0])[tag] * raised[i][tag];
        scale_to_one(forward[i]);
    }
    for (int tag = 0; tag < TAG_ROOM; tag++) backward[tag] = tag < NAME_TAGS;
    for (size_t i = land->count; i-- > 0;) {
        double likely[TAG_ROOM];
        for (int tag = 0; tag < TAG_ROOM; tag++) likely[tag] = forward[i][tag] * backward[tag];
        scale_to_one(likely);
        for (int type = 0; type < NAME_TYPES; type++) land->sure[i][type] = likely[1 + 2 * type] + likely[2 + 2 * type];
        memset(next, 0, sizeof next);
        for (int after = 0; after < NAME_TAGS; after++) {
            for (int tag = 0; tag < TAG_ROOM; tag++)
                next[tag] += land->turned[after][tag] * raised[i][after] * backward[after];
        }
        memcpy(backward, next, sizeof backward);
        scale_to_one(backward);
    }
}

/* How often a name is right whose words are so sure, on average. */
static double score_of(const name_data *data, int type, double sure) {
    const double place = sure * (NAME_KNOTS - 1);
    int at = (int)place;
    if (at > NAME_KNOTS - 2) at = NAME_KNOTS - 2;
    const double part = place - at;
    return (data->calibration[type][at] * (1 - part) + data->calibration[type][at + 1] * part) / 255;
}

/* What speaks for a name, by the classes of its words and of the one before it. */
static const char *reason(const name_reader *r, size_t first, size_t last, name_type type) {
    uint32_t classes = 0;
    for (size_t i = first; i < last; i++) classes |= r->items[i].classes | r->items[i].found >> 4;
    const bool cue = has_cue(r, first), key = r->items[first].key[0] != 0;
    const bool given = classes & NAME_GIVEN, family = classes & NAME_FAMILY;
    const bool place = classes & (NAME_PLACE | NAME_COUNTRY);
    if (type == NAME_OF_PERSON) {
        if (cue) return given || family ? "a title or a cue, and a known name" : "a title or a cue";
        if (given && family) return "a given name and a family name";
        if (given || family) return given ? "a given name" : "a family name";
    }
    if (type == NAME_OF_PLACE && place) return "a known place";
    return key ? "the name of its field" : "the words around it";
}

typedef struct tagging {
    name_reader reader;
    island land;
    name_found *found;
    void *context;
} tagging;

static void tell_names(tagging *g, size_t first) {
    const island *land = &g->land;
    for (size_t i = 0; i < land->count;) {
        if (land->tags[i] == OUTSIDE) {
            i++;
            continue;
        }
        const int type = (land->tags[i] - 1) / 2;
        size_t end = i;
        double sure = 0;
        do {
            sure += land->sure[end++][type];
        } while (end < land->count && land->tags[end] == 2 + 2 * type);
        const name_span name = {g->reader.items[first + i].start, g->reader.items[first + end - 1].end, (name_type)type,
                                score_of(land->data, type, sure / (double)(end - i)),
                                reason(&g->reader, first + i, first + end, (name_type)type)};
        g->found(&name, g->context);
        i = end;
    }
}

static void tag_island(tagging *g, size_t first, size_t last) {
    name_reader *r = &g->reader;
    const size_t from = first > NAME_BESIDE ? first - NAME_BESIDE : 0;
    uint32_t features[FEATURE_ROOM];
    bool is_any = false;
    for (size_t i = from; i < r->count && i < last + NAME_BESIDE; i++) name_reader_complete(r, &r->items[i]);
    g->land.count = last - first;
    for (size_t i = first; i < last; i++) {
        const name_token *words[5];
        for (int k = -2; k <= 2; k++) words[k + 2] = token_at(r, i, k);
        make_features(words, features);
        add_weights(r->data, features, &g->land.sums[i - first]);
    }
    choose_tags(&g->land);
    for (size_t i = 0; i < g->land.count; i++) is_any = is_any || g->land.tags[i] != OUTSIDE;
    if (!is_any) return;
    weigh_tags(&g->land);
    tell_names(g, first);
}

bool names_tag(const name_data *data, name_memory *memory, work_budget *work, filter_text text,
               const field_list *fields, name_found *found, void *context) {
    tagging g = {.reader = {.data = data,
                            .memory = memory->arena,
                            .text = text.text,
                            .size = text.size,
                            .fields = fields,
                            .items = memory->tokens,
                            .capacity = memory->capacity},
                 .found = found,
                 .context = context};
    name_reader *r = &g.reader;
    g.land.data = data;
    learn_steps(&g.land);
    while (name_reader_next(r) && work_spend(work, WORK_STEP)) {
        for (size_t i = r->first; i < r->last; i++) {
            if (!is_candidate(r, i)) continue;
            const size_t last = end_of_island(r, i);
            tag_island(&g, i, last);
            i = last - 1;
        }
    }
    memory->tokens = r->items;
    memory->capacity = r->capacity;
    return !r->failed;
}

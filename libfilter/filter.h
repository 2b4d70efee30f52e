/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libfilter: find personal data, secrets and prompt injection in text, and give the text back
 * redacted, sanitised and isolated.
 *
 * This header is the manual. Read it from top to bottom:
 *
 *   1. status and errors      what every call returns
 *   2. engine                 rule packs, compiled; immutable, shared by all threads
 *   3. scratch                one for each thread
 *   4. request                segments of text with roles, and what is wanted back
 *   5. result                 verdict, findings, texts
 *   6. chat                   whole bodies of the model APIs
 *   7. isolation              taking a wrapped text apart again
 *   8. rules                  what an engine holds; making example values
 *
 * A slower judge of what is neither clearly an attack nor clearly none is part of the request (4).
 *
 * The shortest program is libfilter/examples/inspect.c.
 *
 * Text is always pointer and size in bytes, UTF-8, and need not end in NUL. Structs that a caller
 * fills begin with `struct_size`; set them up with their *_INIT macro, so that a program built
 * against an older header keeps its meaning when fields are added at the end.
 *
 * Nothing here prints, exits, aborts, reads the environment or keeps text after a call's result is
 * gone.
 */
#ifndef FILTER_H
#define FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define FILTER_API __attribute__((visibility("default")))
#define FILTER_CHECK __attribute__((warn_unused_result))
#else
#define FILTER_API
#define FILTER_CHECK
#endif

#define FILTER_VERSION "0.2.0"

/* The version of the library that is running, for example "0.2.0". */
FILTER_API const char *filter_version(void);

/* ------------------------------------------------------------------ 1. status and errors ---- */

typedef enum filter_status {
    FILTER_OK = 0,
    FILTER_ERROR_ARGUMENT, /* the call itself is wrong: a size, a role, a name        */
    FILTER_ERROR_TEXT, /* a segment is not UTF-8: error.segment, error.offset     */
    FILTER_ERROR_TOO_LARGE, /* more than FILTER_TEXT_MAX or FILTER_SEGMENTS_MAX        */
    FILTER_ERROR_UNKNOWN_POLICY, /* no loaded pack defines the policy                       */
    FILTER_ERROR_RULES, /* the packs hold mistakes: see the diagnostics            */
    FILTER_ERROR_IO, /* a file cannot be read                                   */
    FILTER_ERROR_MEMORY, /* the system is out of memory                             */
    FILTER_ERROR_INTERNAL, /* Hyperscan, PCRE2 or ICU failed where it never should    */
    FILTER_ERROR_DEADLINE, /* request.deadline_us passed before there was a result     */
    FILTER_ERROR_SEALED /* a sealed mapping does not open, or there is no key for it */
} filter_status;

/* Filled, when the pointer passed is not NULL, by a call that does not return FILTER_OK. The
 * message names the thing, the place and the remedy, and never holds text of a request. */
typedef struct filter_error {
    filter_status status;
    size_t segment; /* FILTER_ERROR_TEXT: which segment, counted from 0                     */
    size_t offset; /* FILTER_ERROR_TEXT: byte at which the text stops being UTF-8           */
    char message[512];
} filter_error;

/* Largest sum of segment sizes in one request, and largest number of segments. */
#define FILTER_TEXT_MAX ((size_t)64 * 1024 * 1024)
#define FILTER_SEGMENTS_MAX ((size_t)65536)

/* ------------------------------------------------------------------------------ 2. engine ---- */

/* Rule packs in compiled form. Immutable, so any number of threads may use one at the same time
 * without locks; reference-counted, so a new one can replace it while requests still run on it. */
typedef struct filter_engine filter_engine;

/* One rule pack. With `data` NULL the file `name` is read; else `data` is parsed and `name` only
 * appears in diagnostics. Nothing is kept of either after the call.
 *
 * A source whose name ends in .bin is no pack: it holds the weights that a pack names. A pack that was read from a file
 * finds its weights in its own folder. A pack given as data needs them as one more source, whose name is the folder of
 * the pack's name and the file that the pack names: "acme/model.yaml" with `weights: model.bin` needs
 * "acme/model.bin". Weights have at most 1 MiB and are checked against the digest in the pack. */
typedef struct filter_source {
    const char *name;
    const char *data;
    size_t size;
} filter_source;

/* One mistake in a pack. Lines and columns count from 1; 0 where there is none. `rule` is "" when
 * the mistake lies outside a rule. Strings live only during the callback. */
typedef struct filter_diagnostic {
    const char *file;
    unsigned line;
    unsigned column;
    const char *rule;
    const char *message;
} filter_diagnostic;

typedef void filter_diagnostic_fn(const filter_diagnostic *diagnostic, void *arg);

#define FILTER_HASH_KEY_SIZE 32

typedef struct filter_engine_options {
    size_t struct_size;
    /* Where compiled databases are kept between runs, by content hash; NULL: nowhere. The
     * directory must belong to the caller and be writable by nobody else, or it is not used. A
     * cache that is full, damaged or unreadable costs time and is never an error. */
    const char *cache_dir;
    /* Do not run the rules' own examples. They cost some tens of milliseconds and catch a rule that no
     * longer finds what it promises: skip them only for packs already checked. */
    bool skip_examples;
    /* Called for every mistake, on the calling thread. All mistakes of all packs are reported in
     * one run. NULL: only the first one appears, in filter_error.message. */
    filter_diagnostic_fn *on_diagnostic;
    void *diagnostic_arg;
    /* Key of the `hash` redaction operator (BLAKE2b, keyed). NULL: a random one for this engine,
     * so that hashes of two engines cannot be compared. */
    const uint8_t *hash_key;
} filter_engine_options;

#define FILTER_ENGINE_OPTIONS_INIT                                                                                     \
    { sizeof(filter_engine_options), NULL, false, NULL, NULL, NULL }

/* Loads and compiles packs. On success *engine holds one reference. `options` may be NULL. Safe to
 * call from any thread; compiling takes tens of milliseconds to seconds and blocks nobody. */
FILTER_API FILTER_CHECK filter_status filter_engine_new(filter_engine **engine, const filter_source *sources,
                                                        size_t source_count, const filter_engine_options *options,
                                                        filter_error *error);

/* The same, for every file that ends in .yaml or .yml in `directory` and its sub-folders, in order of path by bytes.
 * Files and folders whose names begin with a dot are skipped. Links to files are read, links to folders are not
 * followed. More than 8 levels of sub-folders, 1,024 folders or 4,096 packs are FILTER_ERROR_IO. */
FILTER_API FILTER_CHECK filter_status filter_engine_new_from_directory(filter_engine **engine, const char *directory,
                                                                       const filter_engine_options *options,
                                                                       filter_error *error);

/* Adds a reference and returns the engine; drops one, and frees with the last. NULL is allowed. */
FILTER_API filter_engine *filter_engine_ref(const filter_engine *engine);
FILTER_API void filter_engine_unref(const filter_engine *engine);

/* ----------------------------------------------------------------------------- 3. scratch ---- */

/* Working memory of one thread. Grows to what a request needs; after that, requests allocate nothing.
 * At most 8 MiB are kept between requests, so one huge text does not stay resident. Works with any
 * engine, one after the other. */
typedef struct filter_scratch filter_scratch;

FILTER_API FILTER_CHECK filter_status filter_scratch_new(filter_scratch **scratch, filter_error *error);
FILTER_API void filter_scratch_free(filter_scratch *scratch);

/* Overwrites what the last request left in the scratch: its result is gone. The next request does the same; call it
 * when none may come soon. Costs a memset of what the request used. A scratch in use is left alone; NULL is allowed. */
FILTER_API void filter_scratch_wipe(filter_scratch *scratch);

/* Bytes that the scratch holds now. */
FILTER_API size_t filter_scratch_size(const filter_scratch *scratch);

/* ----------------------------------------------------------------------------- 4. request ---- */

typedef enum filter_role {
    FILTER_ROLE_USER = 0, /* untrusted: what a person wrote                                 */
    FILTER_ROLE_SYSTEM, /* trusted instructions: searched for personal data and secrets,  */
    FILTER_ROLE_DEVELOPER, /*   never for injection                                          */
    FILTER_ROLE_TOOL, /* untrusted: what a tool answered                                */
    FILTER_ROLE_DOCUMENT, /* untrusted: what was retrieved                                  */
    FILTER_ROLE_ASSISTANT, /* the model's own output                                         */
    FILTER_ROLE_TOOL_DEFINITION /* untrusted: what a tool says of itself, as the JSON of an API    */
} filter_role;

/* One text. A value that neighbouring segments of one role hold together, as parts of one message, is found in each. */
typedef struct filter_segment {
    const char *text; /* may be NULL when size is 0 */
    size_t size;
    filter_role role;
} filter_segment;

typedef enum filter_category { FILTER_PII = 1, FILTER_SECRET = 2, FILTER_INJECTION = 4 } filter_category;
#define FILTER_CATEGORIES_ALL (FILTER_PII | FILTER_SECRET | FILTER_INJECTION)

/* What the result shall hold, besides the verdict. */
enum {
    FILTER_RETURN_FINDINGS = 1,
    FILTER_RETURN_REDACTED = 2,
    FILTER_RETURN_SANITIZED = 4,
    FILTER_RETURN_ISOLATED = 8,
    FILTER_RETURN_NAMES = 32, /* path and names of findings: text of the request, so only where it is asked for */
    FILTER_RETURN_TOKENS = 64, /* which value each token stands for: likewise */
    FILTER_RETURN_EDITS = 128 /* what redacted texts replaced, and by what */
};

typedef enum filter_offsets {
    FILTER_OFFSETS_BYTE = 0,
    FILTER_OFFSETS_CODEPOINT, /* Python, Rust chars                                          */
    FILTER_OFFSETS_UTF16 /* JavaScript, Java, C#                                        */
} filter_offsets;

/* How untrusted text is set apart from instructions (Hines et al., "Defending Against Indirect
 * Prompt Injection Attacks With Spotlighting", arXiv 2403.14720). */
typedef enum filter_isolate_mode {
    FILTER_ISOLATE_POLICY = 0, /* whatever the policy says */
    FILTER_ISOLATE_DELIMIT, /* between two lines that carry an unguessable boundary       */
    FILTER_ISOLATE_DATAMARK, /* an unguessable mark at every white space                   */
    FILTER_ISOLATE_ENCODE /* base64: the strongest, for models that read it well        */
} filter_isolate_mode;

/* What else is known of a segment: bits of filter_request.flags. */
enum {
    FILTER_SEGMENT_EARLIER =
        1, /* of a turn that was judged before: it is redacted, and blocks only by policy's `chat` */
    FILTER_SEGMENT_FIXED = 2, /* cannot be changed: what would be redacted is flagged */
    FILTER_SEGMENT_CLEAN = 4, /* these rules found nothing in it before: it is not searched again */
    FILTER_SEGMENT_BEGINS = 8 /* no value goes on from the segment before */
};

/* What a judge is asked about one segment, and its answer. */
typedef struct filter_question {
    size_t segment;
    filter_role role;
    const char *text; /* the redacted text, or the text as sent: as the policy says; not ended by NUL */
    size_t size;
    double score; /* of the rules */
    const char *const *reasons; /* ids of the injection rules behind it, strongest first */
    size_t reason_count;
    /* The answer: an injection score from 0 to 1, which takes the place of the rules' score. Without one: a word of
     * the judge's that lives as long as the result, and says why: "timeout". */
    double answer;
    const char *failure;
} filter_question;

/* Questions of one request, at most. Further segments count as not answered, with the failure "limit". */
#define FILTER_QUESTIONS_MAX 16

/* Asks a slower judge about segments whose score lies in the policy's grey band (its `injection.judge`), all at once,
 * on the thread of the call. `time_us` is what is left before the deadline; UINT64_MAX: no deadline. */
typedef void filter_judge_fn(filter_question *questions, size_t count, uint64_t time_us, void *arg);

#define FILTER_SCOPE_KEY_SIZE 32

/* Whose request it is, and the keys that make its tokens and seal its mapping (6). A tenant, a user or a session whose
 * name is NULL or "" is not known. */
typedef struct filter_scope {
    size_t struct_size;
    const uint8_t *keys; /* FILTER_SCOPE_KEY_SIZE bytes each, secret; the first makes and seals, all of them open */
    size_t key_count; /* 0: tokens are numbered, and nothing is sealed */
    const char *tenant, *user, *session;
} filter_scope;

#define FILTER_SCOPE_INIT                                                                                              \
    { sizeof(filter_scope), NULL, 0, NULL, NULL, NULL }

typedef struct filter_request {
    size_t struct_size;
    const filter_segment *segments;
    size_t segment_count;
    const char *policy; /* NULL: "default"                                     */
    unsigned returns; /* FILTER_RETURN_…                                     */
    unsigned categories; /* FILTER_PII | …; 0: all                              */
    const char *const
        *entities; /* lists only these entity types; NULL: all. Others are acted upon as the policy says */
    size_t entity_count;
    double min_score; /* lists findings from this score on, and those acted on; below 0: as the policy's thresholds */
    filter_offsets offsets; /* unit of filter_finding.start and .end               */
    filter_isolate_mode isolate_mode;
    const char *model_family; /* "chatml", "llama3", …; NULL: the policy's           */
    /* Microseconds that the call may take; 0: as long as it needs. What is unread then is listed in `skipped` as
     * FILTER_SKIP_DEADLINE, and raises the verdict to the policy's `incomplete`; a segment that is cut off and blocked
     * comes back with empty texts. When not even that is ready in time, the call returns FILTER_ERROR_DEADLINE. */
    uint64_t deadline_us;
    /* Who is asked about scores in the grey band; NULL: nobody. Reasons say what came of it: "judge:allow",
     * "judge:flag", "judge:block", or "judge:" with the failure. */
    filter_judge_fn *judge;
    void *judge_arg;
    const unsigned char *flags; /* by segment: FILTER_SEGMENT_…; NULL: none */
    const filter_scope *scope; /* NULL: tokens are numbered */
} filter_request;

#define FILTER_REQUEST_INIT                                                                                            \
    {                                                                                                                  \
        sizeof(filter_request), NULL, 0, NULL, FILTER_RETURN_FINDINGS | FILTER_RETURN_REDACTED, 0, NULL, 0, -1.0,      \
            FILTER_OFFSETS_BYTE, FILTER_ISOLATE_POLICY, NULL, 0, NULL, NULL, NULL, NULL                                \
    }

/* ------------------------------------------------------------------------------ 5. result ---- */

typedef enum filter_verdict {
    FILTER_ALLOW = 0,
    FILTER_FLAG, /* let it through, and look at it          */
    FILTER_REDACT, /* use the redacted text                   */
    FILTER_BLOCK
} filter_verdict;

/* What was decided for one finding. */
typedef enum filter_action {
    FILTER_ACTION_NONE = 0, /* reported only */
    FILTER_ACTION_FLAG,
    FILTER_ACTION_REDACT,
    FILTER_ACTION_BLOCK
} filter_action;

/* Why a finding has its score: bits of filter_finding.evidence. */
enum {
    FILTER_EVIDENCE_CHECKSUM = 1, /* a check digit or structure was verified          */
    FILTER_EVIDENCE_CHECKSUM_FAILED = 2, /* … and was wrong                                  */
    FILTER_EVIDENCE_CONTEXT = 4, /* a word near it speaks for it                     */
    FILTER_EVIDENCE_NEGATIVE_CONTEXT = 8, /* a word near it speaks against it                 */
    FILTER_EVIDENCE_PLACEHOLDER = 16, /* it holds one of the placeholders                   */
    FILTER_EVIDENCE_LOW_ENTROPY = 32, /* too regular for what it claims to be             */
    FILTER_EVIDENCE_LIMIT = 64 /* a match limit was reached: taken as found        */
};

/* Where a finding was seen: as sent, folded, or what was undone. filter_finding.view is one of these texts. */
#define FILTER_VIEW_RAW "raw" /* the text as sent */
#define FILTER_VIEW_FOLDED "folded" /* compatibility forms, confusables, invisible characters undone */
#define FILTER_VIEW_BASE64 "base64"
#define FILTER_VIEW_BASE32 "base32"
#define FILTER_VIEW_BASE58 "base58"
#define FILTER_VIEW_HEX "hex"
#define FILTER_VIEW_URL "url" /* percent escapes */
#define FILTER_VIEW_HTML "html" /* character references */
#define FILTER_VIEW_ESCAPE "escape" /* backslash escapes */
#define FILTER_VIEW_QUOTED_PRINTABLE "quoted-printable"
#define FILTER_VIEW_SPELLED_NUMBER "spelled-number" /* four one one */
#define FILTER_VIEW_SPACED_DIGITS "spaced-digits" /* 4-1-1 */
#define FILTER_VIEW_BROKEN_NUMBER "broken-number" /* over the end of a line */
#define FILTER_VIEW_MISREAD_NUMBER "misread-number" /* letters for digits: 397O */
#define FILTER_VIEW_CHARACTER_CODES "character-codes" /* numbers of characters, or of letters in the alphabet */
#define FILTER_VIEW_BASE64_PIECES "base64-pieces" /* aWdu b3Jl */
#define FILTER_VIEW_ROT47 "rot47"
#define FILTER_VIEW_MORSE "morse"
#define FILTER_VIEW_LETTER_SPACED "letter-spaced" /* i g n o r e */
#define FILTER_VIEW_RENDERED "rendered" /* ig<b></b>nore, ig|no|re, ignóre */
#define FILTER_VIEW_LEET "leet" /* 1gn0r3 */
#define FILTER_VIEW_UNSPACED "unspaced" /* wordsruntogether */
#define FILTER_VIEW_SCRAMBLED "scrambled" /* letters out of order, or one too many or too few */
#define FILTER_VIEW_PIG_LATIN "pig-latin"
#define FILTER_VIEW_UPSIDE_DOWN "upside-down"
#define FILTER_VIEW_INVISIBLE "invisible" /* bytes or bits in characters that nobody sees */
#define FILTER_VIEW_CONCATENATED "concatenated" /* "ig" + "nore" */
#define FILTER_VIEW_NATO_ALPHABET "nato-alphabet"
#define FILTER_VIEW_ROT13 "rot13"
#define FILTER_VIEW_CAESAR "caesar" /* any other shift */
#define FILTER_VIEW_ATBASH "atbash"
#define FILTER_VIEW_REVERSED "reversed"

typedef struct filter_text {
    const char *text; /* NULL when it was not asked for */
    size_t size;
} filter_text;

typedef struct filter_finding {
    size_t segment;
    const char *rule;
    const char *entity_type;
    filter_category category;
    size_t start; /* inclusive, in request.offsets units of the text as sent */
    size_t end; /* exclusive */
    size_t byte_start; /* the same in bytes, always */
    size_t byte_end;
    double score; /* 0 to 1 */
    filter_action action;
    const char *view; /* FILTER_VIEW_…: where it was seen */
    unsigned evidence;
    /* With FILTER_RETURN_NAMES, of the first FILTER_NAMED_MAX findings. Both are text of the request, and without what
     * touches personal data or a secret that was found; what no rule knows, as the name of a person, may be in them. */
    filter_text path; /* JSON Pointer (RFC 6901) to the value, or the header of its column; NULL: neither */
    const filter_text *names; /* of the fields around it, that spoke for it; the nearest first, at most three */
    size_t name_count;
} filter_finding;

/* Findings of a result that have a path and names: as many as a reply of filterd lists. */
#define FILTER_NAMED_MAX ((size_t)10000)

/* What stands in redacted texts for a value, and the value as it stood where it was seen first. */
typedef struct filter_token {
    const char *token; /* "<IN_PAN_1>", "<IN_PAN_k7f3q2>" */
    const char *entity_type;
    filter_text value;
    filter_category category;
    unsigned roles; /* a bit for each filter_role that wrote it */
} filter_token;

/* What stands in a redacted text in place of some bytes of the text as sent. */
typedef struct filter_edit {
    size_t start, end; /* in bytes of the text as sent */
    filter_text with;
} filter_edit;

typedef struct filter_segment_result {
    filter_verdict verdict;
    double score; /* injection score, 0 to 1; a judge's where one answered */
    filter_text redacted; /* personal data and secrets replaced as the policy says           */
    filter_text sanitized; /* redacted, and without what matched an injection rule            */
    /* redacted, and wrapped; trusted and assistant roles: not wrapped; tool definitions: only chat-template tokens
     * broken, so that JSON stays JSON */
    filter_text isolated;
    size_t stripped; /* injection findings that sanitized left out                      */
    size_t neutralised; /* chat-template tokens that isolated broke                        */
    const filter_edit *edits; /* with FILTER_RETURN_EDITS: of `redacted`, in their order */
    size_t edit_count;
} filter_segment_result;

/* Why a segment was not read in full: the limit that was met, and what it says. filter_skip.reason is one of these, and
 * a reason of the verdict is "incomplete:" with the limit's name: "incomplete:work". */
#define FILTER_SKIP_WORK "work: decoded texts would hold more than seven times the request and 32 KiB"
#define FILTER_SKIP_VIEWS "views: more than 64 decoded texts of one text"
#define FILTER_SKIP_CIPHERS "ciphers: words of one cipher in more than 4 decoded texts"
#define FILTER_SKIP_HITS "hits: more places to look at than one text may have"
#define FILTER_SKIP_WORDS "words: more words of phrases than one text may have"
#define FILTER_SKIP_FIELDS "fields: more named values than one text may have"
#define FILTER_SKIP_HIDDEN "hidden: more runs of hidden characters than one text may have"
#define FILTER_SKIP_DEADLINE "deadline: the time was up before the text was read"

typedef struct filter_skip {
    size_t segment;
    const char *reason; /* FILTER_SKIP_… */
} filter_skip;

/* Belongs to the scratch: valid until its next use or its end. */
typedef struct filter_result {
    filter_verdict verdict;
    double score;
    const char *const *reasons; /* rule and policy ids, strongest first; what carried the model's score after its id */
    size_t reason_count;
    const filter_finding *findings; /* by segment, then start */
    size_t finding_count;
    const filter_segment_result *segments; /* one for each segment of the request */
    size_t segment_count;
    const char *policy;
    const char *
        /* of all packs: "name version, name version", and "family-* version" for names that begin alike */
        pack_version;
    const char *pack_digest; /* BLAKE2b-256 of the packs as loaded, hex */
    filter_isolate_mode isolate_mode; /* FILTER_ISOLATE_POLICY (0) when nothing was isolated */
    const char *isolate_boundary; /* "" when nothing was isolated */
    const char *isolate_instruction; /* to append to the system prompt; "" likewise */
    size_t bytes; /* text read, all segments */
    const filter_skip *skipped; /* what was not read in full, and why */
    size_t skip_count;
    const filter_token *tokens; /* with FILTER_RETURN_TOKENS: those of redacted texts, in no order */
    size_t token_count;
} filter_result;

/* Inspects one request. On FILTER_OK *result is set. The texts of the request are borrowed only
 * during the call. One scratch, one thread at a time. */
FILTER_API FILTER_CHECK filter_status filter_inspect(const filter_engine *engine, filter_scratch *scratch,
                                                     const filter_request *request, const filter_result **result,
                                                     filter_error *error);

/* The words that the wire uses: "allow", "redact", …; "unknown" for a number that is none. */
FILTER_API const char *filter_verdict_name(filter_verdict verdict);
FILTER_API const char *filter_action_name(filter_action action);
FILTER_API const char *filter_category_name(filter_category category);
FILTER_API const char *filter_role_name(filter_role role);
FILTER_API const char *filter_isolate_mode_name(filter_isolate_mode mode);

/* -------------------------------------------------------------------------------- 6. chat ---- */

/* The model APIs whose bodies are known. */
typedef enum filter_api {
    FILTER_API_AUTO = 0, /* by the shape of the body */
    FILTER_API_OPENAI_CHAT, /* chat completions, with vLLM's additions */
    FILTER_API_OPENAI_COMPLETIONS,
    FILTER_API_OPENAI_RESPONSES,
    FILTER_API_ANTHROPIC, /* Messages */
    FILTER_API_TGI /* generate of Text Generation Inference */
} filter_api;

typedef enum filter_direction {
    FILTER_TO_MODEL = 0, /* a request */
    FILTER_FROM_MODEL /* an answer, whole */
} filter_direction;

/* Remembers which texts were allowed, so that a conversation that is sent again with each turn costs its new texts.
 * Holds keyed hashes of 64 bits and no text; a rule, a policy or a role that changes makes a text new. Any number of
 * threads may use one at the same time. */
typedef struct filter_memo filter_memo;

/* Remembers at least `texts` texts, eight bytes each; the oldest go first, about. NULL: memory is out. */
FILTER_API filter_memo *filter_memo_new(size_t texts);
FILTER_API void filter_memo_free(filter_memo *memo);

typedef struct filter_chat {
    size_t struct_size;
    filter_text body; /* JSON, as it came */
    filter_direction direction;
    filter_api api;
    /* Policy, what is wanted back, deadline, judge; its segments and flags are not looked at. NULL: the defaults. Texts
     * of single parts come back as `returns` says; the body has the redacted ones in any case. */
    const filter_request *request;
    filter_memo *memo; /* NULL: all texts are read */
    /* A sealed mapping of tokens to values. Of a request: that of an earlier turn, whose tokens are kept, when this one
     * is sealed. Of an answer: what its tokens are restored from, as the policy's `restore` says. Needs the request's
     * scope. */
    filter_text sealed;
    uint64_t seal_seconds; /* of a request: how long its mapping opens; 0: it is not sealed */
} filter_chat;

#define FILTER_CHAT_INIT                                                                                               \
    { sizeof(filter_chat), {NULL, 0}, FILTER_TO_MODEL, FILTER_API_AUTO, NULL, NULL, {NULL, 0}, 0 }

/* A text of the body. Offsets of findings count in it. */
typedef struct filter_chat_part {
    filter_text path; /* JSON Pointer (RFC 6901); "*" for a key that is no plain identifier, and may be a value */
    filter_text text; /* a string without its escapes, or JSON as it stands, with its key {"key": value} */
    bool is_string;
    filter_role role;
    unsigned flags; /* FILTER_SEGMENT_… */
} filter_chat_part;

/* What a body has that cannot be read: pictures, sound, files, what the provider keeps. */
typedef struct filter_chat_unread {
    filter_text path;
    const char *reason;
    size_t bytes;
} filter_chat_unread;

/* Belongs to the scratch, as a filter_result. */
typedef struct filter_chat_result {
    filter_verdict verdict; /* of all parts, and of what the policy says of the body (its `chat`) */
    const filter_result *result; /* segment i is part i; `reasons` and `verdict` are those of the body */
    const filter_chat_part *parts;
    size_t part_count;
    const filter_chat_unread *unread;
    size_t unread_count;
    filter_api api;
    bool changed; /* `body` differs from the one that came */
    filter_text body; /* to send on: only what was replaced differs, byte for byte. Of a blocked one: NULL */
    /* Of a blocked one: what the caller is told, in the words of its API, and the HTTP status that goes with it. */
    filter_text ending;
    unsigned http_status;
    /* Of a request: BLAKE2b-256 of the body that goes on with its tokens cut to their types, hex: the same for all who
     * ask the same about other values. A key for caches of answers that holds nothing personal. "" of a blocked one. */
    char cache_key[65];
    filter_text sealed; /* of a request: the mapping of its tokens, for its answer and the next turn; NULL: not asked */
    size_t restored; /* of an answer: tokens that became values, … */
    size_t withheld; /* … that have one which may not stand there, … */
    size_t unknown; /* … and that nobody knows: they stay */
} filter_chat_result;

/* Inspects a chat body. Every string is read, with the role of its message and, where it is not plain text, with its
 * key; what is replaced is written so that the body stays JSON. Injection blocks in the latest turn: what follows the
 * last answer. FILTER_ERROR_TEXT: it is no JSON, has a key twice, or is deeper than 64 levels, at error.offset.
 * FILTER_ERROR_ARGUMENT: it has the shape of no API, and `api` is FILTER_API_AUTO. */
FILTER_API FILTER_CHECK filter_status filter_chat_inspect(const filter_engine *engine, filter_scratch *scratch,
                                                          const filter_chat *chat, const filter_chat_result **result,
                                                          filter_error *error);

/* ----------------------------------------------------------------------------- restoring ---- */

/* Takes texts with tokens, and puts back what the sealed mapping has for them, as the words of an answer. Inspect an
 * answer first, with its tokens in place, and restore it then, never the other way round. */
typedef struct filter_restore {
    size_t struct_size;
    const filter_text *texts; /* UTF-8 */
    size_t text_count;
    const char *policy; /* NULL: "default" */
    const filter_scope *scope; /* as the mapping was sealed */
    filter_text sealed;
} filter_restore;

#define FILTER_RESTORE_INIT                                                                                            \
    {                                                                                                                  \
        sizeof(filter_restore), NULL, 0, NULL, NULL, {                                                                 \
            NULL, 0                                                                                                    \
        }                                                                                                              \
    }

/* Belongs to the scratch, as a filter_result. */
typedef struct filter_restored {
    const filter_text *texts; /* in the order of those that came */
    size_t text_count;
    size_t restored, withheld, unknown; /* as of filter_chat_result */
} filter_restored;

/* FILTER_ERROR_SEALED: the mapping is malformed, of another key, tenant or session, changed, or too old; nothing is
 * restored then. */
FILTER_API FILTER_CHECK filter_status filter_restore_texts(const filter_engine *engine, filter_scratch *scratch,
                                                           const filter_restore *restore,
                                                           const filter_restored **result, filter_error *error);

/* ------------------------------------------------------------------------------- streams ---- */

/* A text of a model that comes in pieces: what is settled goes out, redacted and restored, as soon as nothing that may
 * follow can change it. Pieces may be cut anywhere, also inside of a character. For any cutting, what went out is what
 * the whole text would have given, and the verdict at the end is that of the whole text. One stream for each text of an
 * answer: each choice, each call of a tool. A stream belongs to one thread at a time. */
typedef struct filter_stream filter_stream;

typedef struct filter_stream_options {
    size_t struct_size;
    /* Policy, categories, entities, scope; the rest is not looked at. All strings are copied. Without a session in the
     * scope, tokens are those of a session of the stream's own: numbers could not be kept apart. */
    const filter_request *request;
    filter_text sealed; /* the mapping of the request; text NULL: nothing is restored */
    bool is_arguments; /* of a tool: JSON, for what is restored there */
    size_t text_max; /* bytes of the text; 0: FILTER_STREAM_TEXT_MAX */
} filter_stream_options;

#define FILTER_STREAM_TEXT_MAX ((size_t)4 << 20)

#define FILTER_STREAM_OPTIONS_INIT                                                                                     \
    { sizeof(filter_stream_options), NULL, {NULL, 0}, false, 0 }

/* What a piece led to. Belongs to the scratch. */
typedef struct filter_settled {
    filter_text text; /* to send on now; may be empty */
    size_t held; /* bytes that came and wait */
    filter_verdict verdict; /* so far; it only rises. After FILTER_BLOCK nothing more goes out */
    const char *const *reasons; /* of the verdict, where a piece raised it, and at the end */
    size_t reason_count;
    size_t restored, withheld, unknown; /* so far, as of filter_chat_result */
} filter_settled;

/* The engine is held until the stream is freed: rules that change hold for the next stream. */
FILTER_API FILTER_CHECK filter_status filter_stream_new(filter_stream **stream, const filter_engine *engine,
                                                        const filter_stream_options *options, filter_error *error);
FILTER_API void filter_stream_free(filter_stream *stream);

/* Takes a piece; `is_end`: the last one. FILTER_ERROR_TEXT: it is not UTF-8, FILTER_ERROR_TOO_LARGE: the text is longer
 * than text_max; nothing more goes out then. */
FILTER_API FILTER_CHECK filter_status filter_stream_push(filter_stream *stream, filter_scratch *scratch,
                                                         filter_text piece, bool is_end, const filter_settled **settled,
                                                         filter_error *error);

/* "auto", "openai-chat", "openai-completions", "openai-responses", "anthropic", "tgi"; "unknown" for a number that is
 * none. */
FILTER_API const char *filter_api_name(filter_api api);

/* --------------------------------------------------------------------------- 7. isolation ---- */

/* Takes an isolated text apart again, byte for byte. `out` holds at least `size` bytes (unwrapping
 * never grows a text); *out_size receives the size. FILTER_ERROR_TEXT when `text` was not made by
 * `mode` with `boundary`. */
FILTER_API FILTER_CHECK filter_status filter_unwrap(const char *text, size_t size, filter_isolate_mode mode,
                                                    const char *boundary, char *out, size_t *out_size,
                                                    filter_error *error);

/* ------------------------------------------------------------------------------- 8. rules ---- */

typedef struct filter_rule_info {
    const char *id;
    const char *title;
    const char *pack;
    const char *file;
    unsigned line;
    const char *entity_type;
    filter_category category;
    const char *severity;
    double score;
    const char *finder; /* "prefix", "digits", "keyword", "field", "regex", "phrase" or a detector: what comes first */
    const char *found_by; /* the same in a sentence */
    const char *checksum; /* "" when it has none */
    const char *const *patterns; /* value templates, regular expressions and phrases, as written */
    size_t pattern_count;
    const char *const *references;
    size_t reference_count;
    size_t example_count; /* that must match and must not match */
    size_t context_count;
} filter_rule_info;

/* Strings live as long as the engine. filter_engine_rule returns false past the last rule;
 * filter_engine_policy returns NULL past the last policy. */
FILTER_API size_t filter_engine_rule_count(const filter_engine *engine);
FILTER_API bool filter_engine_rule(const filter_engine *engine, size_t index, filter_rule_info *info);
FILTER_API const char *filter_engine_policy(const filter_engine *engine, size_t index);
FILTER_API bool filter_engine_has_entity(const filter_engine *engine, const char *entity_type);
FILTER_API bool filter_engine_has_family(const filter_engine *engine, const char *model_family);
FILTER_API const char *filter_engine_pack_version(const filter_engine *engine);
FILTER_API const char *filter_engine_pack_digest(const filter_engine *engine);
FILTER_API size_t filter_engine_size(const filter_engine *engine); /* bytes, compiled databases included */

/* Fills the placeholders of an example, for instance "my card is {{generic.payment-card}}", with
 * random valid values of the named rules ("{{RULE}}"), with a value whose checksum is wrong
 * ("{{RULE!}}"), or with characters of a set ("{{hex:32}}"). Writes at most `capacity` bytes
 * including a final NUL. For demonstrations and tests: nothing here belongs to a real person. */
FILTER_API FILTER_CHECK filter_status filter_example_expand(const filter_engine *engine, const char *example, char *out,
                                                            size_t capacity, filter_error *error);

#ifdef __cplusplus
}
#endif
#endif

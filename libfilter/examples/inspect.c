/* Reads a text from standard input, and prints what was found and the text without it.
 * cc inspect.c $(pkg-config --cflags --libs libfilter) -o inspect; ./inspect RULES <FILE */
#include <filter.h>
#include <stdio.h>

int main(int argc, char **argv) {
    static char text[1 << 20];
    filter_engine *engine;
    filter_scratch *scratch;
    filter_error error;
    const filter_result *result;
    const char *rules = argc > 1 ? argv[1] : "/usr/share/filterd/rules";

    if (filter_engine_new_from_directory(&engine, rules, NULL, &error) != FILTER_OK ||
        filter_scratch_new(&scratch, &error) != FILTER_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    filter_segment segment = {text, fread(text, 1, sizeof text, stdin), FILTER_ROLE_USER};
    filter_request request = FILTER_REQUEST_INIT;
    request.segments = &segment;
    request.segment_count = 1;
    if (filter_inspect(engine, scratch, &request, &result, &error) != FILTER_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    printf("%s, injection score %.2f\n", filter_verdict_name(result->verdict), result->score);
    for (size_t i = 0; i < result->finding_count; i++) {
        const filter_finding *f = &result->findings[i];
        printf("%s at %zu to %zu, score %.2f\n", f->entity_type, f->start, f->end, f->score);
    }
    fwrite(result->segments[0].redacted.text, 1, result->segments[0].redacted.size, stdout);
    filter_scratch_free(scratch);
    filter_engine_unref(engine);
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "weights.h"

#include <sodium.h>

weights_file weights_make(signed char weight) {
    weights_file f = {.size = WEIGHTS_SIZE};
    unsigned char digest[32];
    memcpy(f.file, "FILTERDM\x02\0\0\0\x08\0\0\0", 16);
    memset(f.file + WEIGHTS_HEADER, weight, 1 << WEIGHTS_BITS);
    memset(f.file + WEIGHTS_HEADER + (1 << WEIGHTS_BITS), -weight, 1 << WEIGHTS_BITS);
    crypto_generichash(digest, sizeof digest, f.file + WEIGHTS_HEADER, 2 << WEIGHTS_BITS, NULL, 0);
    memcpy(f.file + 16, digest, sizeof digest);
    sodium_bin2hex(f.hex, sizeof f.hex, digest, sizeof digest);
    return f;
}

const char *weights_pack(const char *weights, const char *digest) {
    static char pack[2048];
    snprintf(pack, sizeof pack,
             "pack: {name: m, version: 1.0.0, licence: x}\n"
             "policies: [{id: default, title: t}]\n"
             "word_classes: {override: [ignore], sky: [moon]}\n"
             "trigger_classes: [override]\n"
             "rules:\n"
             "  - id: m\n"
             "    title: t\n"
             "    category: injection\n"
             "    entity_type: M\n"
             "    score: 0.01\n"
             "    examples: {match: []}\n"
             "    detect: {sentence_model: {weights: %s, digest: '%s', bias: 0, "
             "untrusted_bias: 0, scale: 0.1, per_doubling: 0.5}}\n",
             weights, digest);
    return pack;
}

filter_engine *weights_engine(signed char weight) {
    const weights_file f = weights_make(weight);
    const char *pack = weights_pack("model.bin", f.hex);
    const filter_source sources[] = {{"m/p.yaml", pack, strlen(pack)}, {"m/model.bin", (const char *)f.file, f.size}};
    filter_engine *engine = NULL;
    filter_error error;
    if (filter_engine_new(&engine, sources, 2, NULL, &error) != FILTER_OK) print_message("%s\n", error.message);
    return engine;
}

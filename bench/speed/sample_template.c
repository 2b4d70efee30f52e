/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FIXED_NOUNS 4

static const char *const people[] = {"Marta Lindqvist", "Tom Okafor",   "Elena Petrova", "Rahul Nair",   "Chloe Martin",
                                     "Jonas Weber",     "Aiko Tanaka",  "Luis Ortega",   "Sarah Cohen",  "Piotr Nowak",
                                     "Fatima Zahra",    "Grace Mwangi", "Bjarne Holm",   "Ines Duarte",  "Kofi Mensah",
                                     "Leila Haddad",    "Dilip Kumar",  "Nora Quinn",    "Pavel Hruska", "Mei Chen"};
static const char *const cities[] = {"Lisbon", "Pune",    "Oslo",  "Kraków", "São Paulo", "Leeds",
                                     "Zürich", "Nairobi", "Osaka", "Boston", "Bologna",   "Montréal",
                                     "Accra",  "Gent",    "Malmö", "Austin"};
static const char *const products[] = {
    "garden chair, folding",  "desk lamp \"Nova\"", "kettle 1.7 l",       "USB-C cable, 2 m",    "notebook A5, dotted",
    "rain jacket (M)",        "bicycle bell",       "tea, green, 100 g",  "wool socks, 2 pairs", "frying pan 28 cm",
    "board game \"Harbour\"", "shelf, oak",         "headphones, in-ear", "running shoes 42",    "LED bulb E27, 8 W"};
static const char *const nouns[] = {
    "order",  "invoice", "customer", "session", "report", "basket",  "product", "payment", "message", "user",
    "record", "buffer",  "request",  "window",  "parser", "channel", "account", "budget",  "signal",  "column",
    "index",  "queue",   "worker",   "batch",   "folder", "region",  "device",  "metric",  "journal", "layout"};
static const char *const verbs[] = {"load",    "update", "create", "remove", "merge",  "validate", "render",  "collect",
                                    "resolve", "format", "append", "filter", "export", "compute",  "prepare", "split"};

const char *sample_person(sample_writer *w) {
    return SAMPLE_PICK(w, people);
}

static void add_number(sample_writer *w, const char *slot, size_t count) {
    char digits[64];
    switch (slot[0]) {
    case 'u': sample_print(w, "%u", sample_random(w, (uint32_t)count)); break;
    case 'x': sample_add(w, sample_hex(w, digits, count < 64 ? count : 63)); break;
    default:
        for (size_t i = 0; i < count; i++) sample_print(w, "%u", i ? sample_random(w, 10) : 1 + sample_random(w, 9));
        break;
    }
}

static void add_address(sample_writer *w) {
    static const char *const nets[] = {"192.0.2", "198.51.100", "203.0.113", "10.20.7", "10.31.128", "172.16.40"};
    if (sample_chance(w, 8)) sample_print(w, "2001:db8:%x::%x", sample_random(w, 65536), 1 + sample_random(w, 65535));
    else sample_print(w, "%s.%u", SAMPLE_PICK(w, nets), 1 + sample_random(w, 254));
}

static void add_uuid(sample_writer *w) {
    char hex[33];
    sample_hex(w, hex, 32);
    sample_print(w, "%.8s-%.4s-4%.3s-a%.3s-%.12s", hex, hex + 8, hex + 13, hex + 17, hex + 20);
}

static void add_time(sample_writer *w) {
    char text[40];
    time_t now = (time_t)w->clock;
    struct tm utc;
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", gmtime_r(&now, &utc));
    sample_print(w, "%s.%03uZ", text, sample_random(w, 1000));
}

/* Fills the slot `name`; false where it is none. */
static bool add_slot(sample_writer *w, const char *name, const char *const fixed[FIXED_NOUNS]) {
    if (name[0] >= '1' && name[0] <= '0' + FIXED_NOUNS && !name[1]) sample_add(w, fixed[name[0] - '1']);
    else if (strchr("udx", name[0]) && name[1] == ':') add_number(w, name, strtoul(name + 2, NULL, 10));
    else if (!strcmp(name, "ip")) add_address(w);
    else if (!strcmp(name, "uuid")) add_uuid(w);
    else if (!strcmp(name, "iso")) add_time(w);
    else if (!strcmp(name, "person")) sample_add(w, SAMPLE_PICK(w, people));
    else if (!strcmp(name, "city")) sample_add(w, SAMPLE_PICK(w, cities));
    else if (!strcmp(name, "product")) sample_add(w, SAMPLE_PICK(w, products));
    else if (!strcmp(name, "noun")) sample_add(w, SAMPLE_PICK(w, nouns));
    else if (!strcmp(name, "verb")) sample_add(w, SAMPLE_PICK(w, verbs));
    else return false;
    return true;
}

void sample_template(sample_writer *w, const char *template) {
    const char *fixed[FIXED_NOUNS];
    char name[16];
    for (size_t i = 0; i < FIXED_NOUNS; i++) fixed[i] = SAMPLE_PICK(w, nouns);
    for (const char *at = template; *at;) {
        size_t plain = strcspn(at, "{");
        sample_add_bytes(w, at, plain);
        at += plain;
        if (!*at) break;
        size_t length = strcspn(at + 1, "{} \n\"");
        bool closed = length > 0 && length < sizeof name && at[1 + length] == '}';
        if (closed) memcpy(name, at + 1, length), name[length] = '\0';
        if (closed && add_slot(w, name, fixed)) at += length + 2;
        else sample_add_bytes(w, at++, 1);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Prose: prompts and answers, documentation, mails, four scripts besides Latin, and prose with personal data. */
#include "sample.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

/* Of a hundred texts, so many are typed on a telephone or in a word processor, which turns quotes and dashes. */
#define TYPESET_CHAT 12
#define TYPESET_MAIL 40

static const char *const subjects[] = {"Minutes of Tuesday's meeting",
                                       "Delivery of order %u",
                                       "Your question about invoice %u",
                                       "Room for Thursday",
                                       "Draft %u of the report",
                                       "Holiday plans in August",
                                       "Problem with the new printer",
                                       "Ticket %u: still open",
                                       "Offer for the summer campaign",
                                       "Could you have a look, please",
                                       "Figures for week %u",
                                       "Change of address"};
static const char *const closings[] = {"Kind regards", "Best wishes",  "Many thanks",
                                       "Cheers",       "All the best", "With thanks"};
static const char *const hosts[] = {"example.org", "example.com", "mail.example.net", "office.example.com"};

void sample_add_typeset(sample_writer *w, const char *text) {
    for (const char *at = text; *at; at++) {
        bool opens = at == text || strchr(" \n(\"", at[-1]);
        if (*at == '"') sample_add(w, opens ? "\u201c" : "\u201d");
        else if (*at == '\'') sample_add(w, opens ? "\u2018" : "\u2019");
        else if (strncmp(at, " - ", 3) == 0) sample_add(w, " \u2014 "), at += 2;
        else sample_add_bytes(w, at, 1);
    }
}

static void add_text(sample_writer *w, const char *text, uint32_t typeset) {
    if (sample_chance(w, typeset)) sample_add_typeset(w, text);
    else sample_add(w, text);
    sample_add(w, "\n\n");
}

void sample_chat(sample_writer *w) {
    add_text(w, sample_next(w, "chat"), TYPESET_CHAT);
}

void sample_docs(sample_writer *w) {
    add_text(w, sample_next(w, "docs"), 0);
}

void sample_hindi(sample_writer *w) {
    add_text(w, sample_next(w, "hindi"), 0);
}

void sample_chinese(sample_writer *w) {
    add_text(w, sample_next(w, "chinese"), 0);
}

void sample_russian(sample_writer *w) {
    add_text(w, sample_next(w, "russian"), 0);
}

void sample_arabic(sample_writer *w) {
    add_text(w, sample_next(w, "arabic"), 0);
}

/* -------------------------------------------------------------------------------------- mails ---- */

/* "Marta Lindqvist" becomes "marta.lindqvist". */
static const char *mailbox(const char *name, char out[40]) {
    size_t i = 0;
    for (; name[i] && i < 39; i++) out[i] = name[i] == ' ' ? '.' : (char)tolower((unsigned char)name[i]);
    out[i] = '\0';
    return out;
}

static void add_quoted(sample_writer *w, const char *text) {
    for (const char *at = text; *at;) {
        size_t length = strcspn(at, "\n");
        sample_add(w, "> ");
        sample_add_bytes(w, at, length);
        sample_add(w, "\n");
        at += length + (at[length] == '\n');
    }
}

/* A text of mail.txt may begin with its subject. */
static const char *add_subject(sample_writer *w, const char *text) {
    static const char mark[] = "Subject: ";
    bool has_subject = strncmp(text, mark, sizeof mark - 1) == 0;
    if (!has_subject) {
        sample_print(w, "Subject: %s", sample_chance(w, 40) ? "Re: " : "");
        sample_template(w, SAMPLE_PICK(w, subjects));
        return text;
    }
    size_t length = strcspn(text, "\n");
    sample_add_bytes(w, text, length);
    return text + length + strspn(text + length, "\n");
}

void sample_mail(sample_writer *w) {
    char box[40], date[64], id[17];
    const char *from = sample_person(w), *to = sample_person(w), *host = SAMPLE_PICK(w, hosts);
    time_t now = (time_t)(w->clock += 60 + sample_random(w, 7200));
    struct tm utc;
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", gmtime_r(&now, &utc));
    sample_print(w, "From: %s <%s@%s>\n", from, mailbox(from, box), host);
    sample_print(w, "To: %s <%s@%s>\nDate: %s\n", to, mailbox(to, box), SAMPLE_PICK(w, hosts), date);
    const char *text = add_subject(w, sample_next(w, "mail"));
    sample_print(w, "\nMessage-ID: <%s@%s>\nContent-Type: text/plain; charset=utf-8\n\n", sample_hex(w, id, 16), host);
    add_text(w, text, TYPESET_MAIL);
    sample_print(w, "%s,\n%s\n", SAMPLE_PICK(w, closings), from);
    if (sample_chance(w, 30)) {
        sample_print(w, "\nOn %.16s, %s wrote:\n", date, to);
        add_quoted(w, sample_next(w, "mail"));
    }
    sample_add(w, "\n");
}

/* ------------------------------------------------------------------------------ personal data ---- */

#define PERSONAL_PERCENT 2

void sample_personal(sample_writer *w) {
    static const char *const files[] = {"mail", "docs", "chat"};
    static const char *const leads[] = {"I am at %s. ",           "Please note %s for the file. ", "Mine is %s. ",
                                        "The customer gave %s. ", "It was sent to %s. ",           "(%s) "};
    char value[64];
    const char *text = sample_next(w, SAMPLE_PICK(w, files));
    for (const char *at = text; *at;) {
        const char *end = strstr(at, ". ");
        size_t length = end ? (size_t)(end - at) + 2 : strlen(at);
        sample_add_bytes(w, at, length);
        at += length;
        if (!end || 100 * w->personal >= PERSONAL_PERCENT * w->used) continue;
        sample_personal_value(w, value, sizeof value);
        w->personal += strlen(value);
        const char *lead = SAMPLE_PICK(w, leads), *place = strstr(lead, "%s");
        sample_add_bytes(w, lead, (size_t)(place - lead));
        sample_add(w, value);
        sample_add(w, place + 2);
    }
    sample_add(w, "\n\n");
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * meaning: what a key or a type says in the bodies of the model APIs: OpenAI chat completions, completions and
 * Responses, Anthropic Messages, vLLM and TGI with what they add, requests and answers. Names come from the types of
 * the APIs' own SDKs.
 *
 * A name that is not in the tables means MEANING_UNKNOWN: what it holds is read, so that a block that an API gets
 * tomorrow is not passed by.
 */
#ifndef FILTER_BODY_MEANING_H
#define FILTER_BODY_MEANING_H

#include "filter.h"
#include "restore/restore.h"

typedef enum meaning {
    MEANING_UNKNOWN, /* read with its key, as it stands in the body */
    MEANING_TEXT, /* words; a list or an object of them is walked through */
    MEANING_DATA, /* JSON with keys of its own: as it stands in the body; a list of objects is a text for each */
    MEANING_SETTING, /* an id, a choice, a number: not read */
    MEANING_FIXED, /* read, and never changed */
    MEANING_MEDIA, /* pictures, sound, files, what is encrypted: cannot be read */
    MEANING_ECHO, /* of an answer: says once more what its texts say */
    MEANING_TEMPLATE /* makes roles of texts */
} meaning;

#define ROLE_AS_AROUND (-1) /* what is around it says whose words it holds */

typedef struct meant {
    meaning is;
    int role; /* filter_role, or ROLE_AS_AROUND */
} meant;

/* What a key means; `is_top`: of the body itself. */
meant meaning_of_key(filter_text key, bool is_top);

/* What the `type` of an object means. */
meant meaning_of_type(filter_text type);

/* Where what a key holds stands in an answer, for what is put back there; `around`: where the key stands. */
restore_place meaning_of_place(filter_text key, restore_place around);

/* Whose words a message holds whose `role` is this; who is unknown is a user, whom nobody trusts. */
filter_role meaning_of_role(filter_text role);

#endif

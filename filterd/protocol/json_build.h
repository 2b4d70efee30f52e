/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_build: JSON objects that have all their fields or are none, and their text. What cannot be set makes the object
 * NULL, and setting a NULL field does, too, so that only the last result is looked at:
 *
 *     json_t *reply = json_object();
 *     json_build_set(&reply, "verdict", json_string("block"));
 *     json_build_set(&reply, "reasons", reasons);
 *     if (!reply) …
 */
#ifndef FILTERD_PROTOCOL_JSON_BUILD_H
#define FILTERD_PROTOCOL_JSON_BUILD_H

#include <jansson.h>

/* Takes the value over; NULL stands for one that could not be made, and so for *object. */
void json_build_set(json_t **object, const char *name, json_t *value);

/* Likewise for an item. */
void json_build_add(json_t **array, json_t *item);

/* The text of an object, compact, with a NUL after it; released with free(). NULL when there is no object, or no
 * memory: jansson's own function leaves keys out then. */
char *json_build_text(const json_t *object, size_t *size);

#endif

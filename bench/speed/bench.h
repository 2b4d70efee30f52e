/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench: measures and their table. Every figure is a median of several rounds in which the things that
 * are compared take turns, so that a busy machine slows all of them alike.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include "filter.h"

#include <stdbool.h>
#include <stddef.h>

#define BENCH_ROUNDS 7

double bench_now(void); /* seconds, monotonic */
double bench_median(double *values, size_t count);
double bench_percentile(double *values, size_t count, double share); /* share from 0 to 1; both sort the values */

/* One line of the table, and one member of the JSON. */
void bench_heading(const char *text);
void bench_report(const char *name, double value, const char *unit);

/* `size` bytes of clean English prose, from words that are shipped here; with `share` above 0, about that
 * share of the bytes is personal data made from the rules' templates. Release with free(). */
char *bench_text(const filter_engine *engine, size_t size, double share);

void bench_library(const char *rules);
void bench_file(const filter_engine *engine, const char *path);
/* A request over ZeroMQ, with its header in JSON, and its reply, of which only the frames are taken. */
void bench_send(void *socket, const char *json, const char *text, size_t size);
void bench_receive(void *socket);

/* `path` of the socket to attach at, a ZeroMQ socket that is connected to the same daemon, and its process. */
void bench_memory(const filter_engine *engine, const char *path, void *socket, int pid);
bool bench_daemon(const char *filterd, const char *rules);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log: lines on standard error. What is logged are counts, names of rules and files, and reasons;
 * never a text of a request, nor an id that a client chose.
 */
#ifndef FILTERD_CORE_LOG_H
#define FILTERD_CORE_LOG_H

typedef enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG } log_level;

void log_set_level(log_level level);

/* One line: time (left out under systemd, which adds its own), level, message with escapes (core/escape.h). Safe from
 * any thread. Waits for nobody: a line for which stderr has no room is lost. */
void log_write(log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...) log_write(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_write(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...) log_write(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_write(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif

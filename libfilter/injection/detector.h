/* SPDX-License-Identifier: Apache-2.0 */
/*
 * detector: what looks at a view for the rules that set up a detector.
 *
 * The table in detector.c has a line for each: which views and roles it is for. Its settings, their keys and the search
 * are in a file of its name.
 */
#ifndef FILTER_INJECTION_DETECTOR_H
#define FILTER_INJECTION_DETECTOR_H

#include "pass/pass.h"

/* The detectors that rules may set up, those of names among them; ends with NULL. */
extern const detector_type *const detector_types[];

/* Runs the detectors that the engine has rules for, in order of the table, on a view whose phrases were found. */
void detectors_run(const pass *p);

#endif

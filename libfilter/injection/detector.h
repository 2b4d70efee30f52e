/* SPDX-License-Identifier: Apache-2.0 */
/*
 * detector: what looks at a view for the rules that set up a detector. The table says which views and roles each is
 * for; its settings and their keys are in packs/detector_settings.c.
 */
#ifndef FILTER_INJECTION_DETECTOR_H
#define FILTER_INJECTION_DETECTOR_H

#include "pass/pass.h"

/* Runs the detectors that the engine has rules for, in order of the table, on a view whose phrases were found. */
void detectors_run(const pass *p);

#endif

/* SPDX-License-Identifier: MIT */
/* How `plugh doctor` shows what was found. */
#ifndef PLUGH_DOCTOR_REPORT_H
#define PLUGH_DOCTOR_REPORT_H

#include <plugh/host.h>

#include "doctor.h"

/* For people: a heading a topic, a line a finding with its verdict, the cure beneath, a sum at the
 * end. Of a topic with very many findings only the first are shown, and how many are left.
 * Return 0 or -errno of the output. [main-thread] */
int doctor_print(const struct plugh_host *host, const struct doctor *doctor);

/* For programs: one document, nothing left out; its keys are in plugh(1). */
int doctor_print_json(const struct plugh_host *host, const struct doctor *doctor);

#endif

/* SPDX-License-Identifier: MIT */
/* The list of findings, and the parts of the examination in their order. */
#include "doctor.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "config_lint.h"
#include "visible.h"

/* An escaped copy; NULL for lack of memory, or of a text. */
static char *escape(const char *text)
{
	struct plugh_buf buf = { 0 };

	if (text == NULL)
		return NULL;
	visible_append(&buf, text);
	return plugh_buf_take(&buf);
}

static bool grow(struct doctor *doctor)
{
	if (doctor->count < doctor->capacity)
		return true;
	size_t capacity = doctor->capacity * 2 + 32;
	struct doctor_finding *grown = (struct doctor_finding *)realloc(
		doctor->finding, capacity * sizeof *doctor->finding);
	if (grown == NULL)
		return false;
	doctor->finding = grown;
	doctor->capacity = capacity;
	return true;
}

void doctor_add(struct doctor *doctor, enum doctor_topic topic, enum doctor_verdict verdict,
	const char *cure, const char *format, ...)
{
	struct plugh_buf text = { 0 };
	va_list args;

	va_start(args, format);
	plugh_buf_vappendf(&text, format, args);
	va_end(args);
	struct doctor_finding finding = {
		.topic = topic,
		.verdict = verdict,
		.text = escape(plugh_buf_text(&text)),
		.cure = escape(cure),
	};
	bool is_whole = text.error == 0 && finding.text != NULL &&
			(finding.cure != NULL) == (cure != NULL);
	plugh_buf_release(&text);
	if (is_whole && grow(doctor)) {
		doctor->finding[doctor->count++] = finding;
		return;
	}
	free(finding.text);
	free(finding.cure);
	doctor->error = -ENOMEM;
}

static const char *status_of(const struct config_file *file)
{
	return file->error == 0 ? "read" : "not there";
}

static void tell_of_files(struct doctor *doctor)
{
	const struct config *config = doctor->invocation->config;

	for (size_t i = 0; i < config_count_files(config); i++) {
		const struct config_file *file = config_get_file(config, i);
		/* What cannot be read is a problem of the configuration already. */
		if (file->error == 0 || file->error == -ENOENT)
			doctor_add(doctor, DOCTOR_CONFIGURATION, DOCTOR_OK, NULL, "%s (%s): %s",
				file->path, config_layer_name(file->layer), status_of(file));
	}
}

void doctor_look_at_configuration(struct doctor *doctor)
{
	const struct config *config = doctor->invocation->config;

	tell_of_files(doctor);
	for (size_t i = 0; i < config_count_problems(config); i++) {
		const struct config_problem *problem = config_get_problem(config, i);
		enum doctor_verdict verdict = problem->severity == CONFIG_ERROR ? DOCTOR_PROBLEM
										: DOCTOR_WARNING;
		if (problem->line > 0)
			doctor_add(doctor, DOCTOR_CONFIGURATION, verdict, problem->hint,
				"%s:%u: %s", problem->file, problem->line, problem->text);
		else
			doctor_add(doctor, DOCTOR_CONFIGURATION, verdict, problem->hint, "%s: %s",
				problem->file, problem->text);
	}
	if (config_count_problems(config) == 0)
		doctor_add(doctor, DOCTOR_CONFIGURATION, DOCTOR_OK, NULL,
			"nothing is wrong in these files, nor in the environment");
}

int doctor_examine(struct doctor *doctor, const struct invocation *invocation)
{
	*doctor = (struct doctor){ .invocation = invocation };
	int r = config_lint(invocation);
	if (r < 0)
		return r;
	doctor_look_at_kernel(doctor);
	doctor_look_at_sandbox(doctor);
	doctor_look_at_configuration(doctor);
	doctor_look_at_folders(doctor);
	doctor_look_at_plugins(doctor);
	doctor_look_at_crashes(doctor);
	return doctor->error;
}

size_t doctor_count(const struct doctor *doctor, enum doctor_verdict verdict)
{
	size_t count = 0;

	for (size_t i = 0; i < doctor->count; i++)
		count += doctor->finding[i].verdict == verdict;
	return count;
}

void doctor_release(struct doctor *doctor)
{
	for (size_t i = 0; i < doctor->count; i++) {
		free(doctor->finding[i].text);
		free(doctor->finding[i].cure);
	}
	free(doctor->finding);
	*doctor = (struct doctor){ 0 };
}

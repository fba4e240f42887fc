/* What a run has in the file system.
 *
 * An output needs rights over its folder, which a confined plugin has not; nor has it any over a
 * socket's path, nor can a process that crashed look at itself. A process without the plugin's code
 * does all that. It is a sixth of a start, so a bundled plugin has one where the command line gives
 * it something to do only: a crash of it is told in one line, unless the configuration wants more.
 * A plugin that starts or traces processes has none: it may wait for all there are; not being
 * confined, it can start one once it has crashed.
 *
 * SPDX-License-Identifier: MIT */
#include "holdings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <plugh/option.h>

#include "crash.h"
#include "notify.h"
#include "sandbox.h"
#include "scratch.h"

int holdings_init(struct holdings *holdings, int cancel_fd)
{
	*holdings = (struct holdings){ .broker = BROKER_NONE };
	return outputs_create(&(struct outputs_spec){ .cancel_fd = cancel_fd }, &holdings->outputs);
}

static void remove_endpoints(void *ctx)
{
	endpoints_remove((struct endpoints *)ctx);
}

static int add_endpoints(struct holdings *holdings, const struct grant *grant)
{
	uint32_t sockets = PLUGH_LISTEN | PLUGH_CONNECT;
	int r = 0;

	for (size_t i = 0; i < grant->count && r == 0; i++) {
		const struct grant_path *one = &grant->path[i];
		if ((one->access & sockets) == 0)
			continue;
		if (holdings->endpoints == NULL)
			r = endpoints_create(&holdings->endpoints);
		if (r == 0)
			r = endpoints_add(holdings->endpoints, one->path, one->access);
	}
	if (holdings->endpoints != NULL)
		outputs_set_companion(holdings->outputs, remove_endpoints, holdings->endpoints);
	return r;
}

/* Without one the plugin meets what it would meet in a folder that is full. */
static int make_scratch(struct holdings *holdings, const struct holdings_spec *spec)
{
	char path[SCRATCH_PATH_SIZE];

	int r = scratch_create(config_getenv(spec->environment, "TMPDIR"), path);
	trace_step(spec->trace, "temporary", "%s", r < 0 ? strerror(-r) : path);
	if (r < 0)
		return 0;
	holdings->scratch = strdup(path);
	if (holdings->scratch == NULL || setenv("TMPDIR", path, 1) < 0) {
		(void)scratch_remove(path);
		free(holdings->scratch);
		holdings->scratch = NULL;
		return -ENOMEM;
	}
	return 0;
}

/* Those that are written beside and renamed. Returns whether there is one. */
static bool prepare_outputs(struct holdings *holdings, const struct grant *grant)
{
	bool is_any = false;

	for (size_t i = 0; i < grant->count; i++)
		if ((grant->path[i].access & PLUGH_WRITE) != 0 &&
			!grant_is_standard_stream(&grant->path[i]))
			is_any |= outputs_prepare(holdings->outputs, grant->path[i].path);
	return is_any;
}

/* Returns whether the run cannot do without a broker, or -errno. */
static int prepare_all(struct holdings *holdings, const struct holdings_spec *spec)
{
	int r = 0;

	if (spec->is_confined && spec->grant->has_scratch)
		r = make_scratch(holdings, spec);
	if (r < 0)
		return r;
	bool has_outputs = prepare_outputs(holdings, spec->grant);
	bool has_news = holdings->notify != NULL && (spec->grant->needs & PLUGH_NET) != 0;
	return has_outputs || has_news || holdings->scratch != NULL ||
	       endpoints_count(holdings->endpoints) > 0;
}

static bool wants_reports(const struct holdings_spec *spec)
{
	return spec->crash_reports == CONFIG_ALWAYS ||
	       (spec->crash_reports == CONFIG_AUTO && !spec->bundled);
}

/* Costs nothing before there is a crash. */
static int report_by_itself(struct holdings *holdings, const struct holdings_spec *spec)
{
	if (spec->crash_reports == CONFIG_NEVER)
		return 0;
	holdings->message = (struct crash_message *)malloc(sizeof *holdings->message);
	if (holdings->message == NULL)
		return -ENOMEM;
	crash_again_prepare(spec->report, holdings->message);
	crash_set_reporter(crash_again, holdings->message);
	return 0;
}

int holdings_prepare(struct holdings *holdings, const struct holdings_spec *spec)
{
	int r = add_endpoints(holdings, spec->grant);

	if (r < 0)
		return r;
	if (!spec->trusted_only)
		holdings->notify = config_getenv(spec->environment, "NOTIFY_SOCKET");
	if (sandbox_is_ended_by(spec->grant->needs) || (spec->bundled && !spec->is_confined))
		return report_by_itself(holdings, spec);
	int must = prepare_all(holdings, spec);
	if (must < 0 || (must == 0 && !wants_reports(spec)))
		return must;
	r = broker_start(
		&(struct broker_charge){
			.outputs = holdings->outputs,
			.endpoints = holdings->endpoints,
			.scratch = holdings->scratch,
			.notify = holdings->notify,
			.report = spec->report,
		},
		&holdings->broker);
	if (r == 0)
		crash_set_reporter(broker_report, &holdings->broker);
	trace_step(spec->trace, "broker", "%s", r < 0 ? strerror(-r) : "started");
	return must ? r : 0;
}

size_t holdings_list(const struct holdings *holdings, int ret_fd[HOLDINGS_DESCRIPTORS_MAX])
{
	size_t n = outputs_list(holdings->outputs, ret_fd);

	ret_fd[n++] = holdings->broker.to;
	ret_fd[n++] = holdings->broker.from;
	ret_fd[n++] = holdings->broker.sockets;
	return n;
}

int holdings_notify(void *holdings, unsigned state)
{
	const struct holdings *held = (const struct holdings *)holdings;

	if (held->notify == NULL)
		return 0;
	return held->broker.to >= 0 ? broker_notify(&held->broker, state)
				    : notify_send(held->notify, state);
}

void holdings_release(struct holdings *holdings)
{
	bool is_brokered = holdings->broker.to >= 0;

	outputs_destroy(holdings->outputs);
	endpoints_destroy(holdings->endpoints);
	broker_stop(&holdings->broker);
	if (holdings->scratch != NULL && !is_brokered)
		(void)scratch_remove(holdings->scratch);
	free(holdings->scratch);
	free(holdings->message);
}

/* SPDX-License-Identifier: MIT */
/* The sections [policy:NAME]: what all layers together deny, allow, pin and open for one plugin. */
#include "config_store.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include <plugh/option.h>

enum {
	NEED_COUNT = 5,
	SHA256_DIGITS = 64,
};

/* By the number of the bit. */
static const char *const need_words[NEED_COUNT + 1] = { "read", "write", "net", "exec", "ptrace",
	NULL };

_Static_assert(PLUGH_READ == 1u << 0 && PLUGH_WRITE == 1u << 1 && PLUGH_NET == 1u << 2 &&
		       PLUGH_EXEC == 1u << 3 && PLUGH_PTRACE == 1u << (NEED_COUNT - 1),
	"need_words names the bits in their order");

/* Where the rule of a plugin stands in the list, which is in the order of the names, or would
 * stand. */
static size_t find_slot(const struct config *config, const char *name, bool *ret_is_there)
{
	size_t low = 0;
	size_t high = config->rule.count;

	*ret_is_there = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct config_rule *rule = config->rule.item[middle];
		int order = strcmp(rule->name, name);
		if (order == 0) {
			*ret_is_there = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct config_rule *find_rule(const struct config *config, const char *name)
{
	bool is_there;
	size_t slot = find_slot(config, name, &is_there);

	return is_there ? config->rule.item[slot] : NULL;
}

/* The rule of a plugin, made if need be. */
static struct config_rule *get_rule(struct config *config, const char *name)
{
	bool is_there;
	size_t slot = find_slot(config, name, &is_there);
	if (is_there)
		return config->rule.item[slot];

	struct config_rule *rule = config_store_alloc(config, sizeof *rule);
	if (rule == NULL || config_list_append(&config->rule, rule) < 0)
		return NULL;
	rule->name = name;
	void **place = config->rule.item + slot;
	memmove(place + 1, place, (config->rule.count - 1 - slot) * sizeof *place);
	*place = rule;
	return rule;
}

/* ---- deny, allow ---- */

static int add_needs(struct config *config, const struct config_item *item, uint32_t *needs,
	const char **origins)
{
	for (size_t i = 0; i < item->entry.value.count; i++) {
		const char *word = item->entry.value.item[i];
		size_t bit = 0;
		while (bit < NEED_COUNT && strcmp(need_words[bit], word) != 0)
			bit++;
		if (bit == NEED_COUNT) {
			int r = config_note_unknown(config, &item->place, "need", word, need_words);
			if (r < 0)
				return r;
			continue;
		}
		*needs |= 1u << bit;
		if (origins[bit] == NULL)
			origins[bit] = item->place.origin;
	}
	return 0;
}

static int merge_deny(
	struct config *config, struct config_rule *rule, const struct config_item *item)
{
	return add_needs(config, item, &rule->policy.deny, rule->deny_origin);
}

static int merge_allow(
	struct config *config, struct config_rule *rule, const struct config_item *item)
{
	return add_needs(config, item, &rule->policy.allow, rule->allow_origin);
}

/* ---- sha256 ---- */

static bool is_sha256(const char *text)
{
	size_t n = 0;
	while (isxdigit((unsigned char)text[n]))
		n++;
	return n == SHA256_DIGITS && text[n] == '\0';
}

static int merge_sha256(
	struct config *config, struct config_rule *rule, const struct config_item *item)
{
	char *pin = config_store_dup(config, item->entry.value.text);
	if (pin == NULL)
		return -ENOMEM;
	bool is_good = is_sha256(pin);
	for (size_t i = 0; is_good && i < SHA256_DIGITS; i++)
		pin[i] = (char)tolower((unsigned char)pin[i]);

	int r = 0;
	if (!is_good)
		r = config_note_addf(config, CONFIG_ERROR, &item->place, NULL,
			"'sha256' must be 64 hexadecimal digits, not '%s'", pin);
	if (r < 0)
		return r;
	if (rule->is_pinned_by_system) {
		if (strcmp(rule->policy.sha256, pin) == 0)
			return 0;
		return config_note_addf(config, CONFIG_ERROR, &item->place, NULL,
			"the sha256 of plugin '%s' is set by %s and cannot be replaced", rule->name,
			rule->policy.sha256_origin);
	}
	rule->policy.sha256 = pin;
	rule->policy.sha256_origin = item->place.origin;
	rule->is_pinned_by_system = item->place.layer == CONFIG_SYSTEM;
	return 0;
}

/* ---- allow-read, allow-write ---- */

/* Make room for more paths. The arena cannot grow what it gave out, so a full list is copied. */
static int reserve_paths(struct config *config, struct config_rule_paths *paths, size_t more)
{
	size_t capacity = 2 * (paths->count + more);

	if (paths->count + more <= paths->capacity)
		return 0;
	struct config_path *path = config_store_alloc(config, capacity * sizeof *path);
	if (path == NULL)
		return -ENOMEM;
	if (paths->count > 0)
		memcpy(path, paths->path, paths->count * sizeof *path);
	paths->path = path;
	paths->capacity = capacity;
	return 0;
}

static int add_paths(
	struct config *config, const struct config_item *item, struct config_rule_paths *paths)
{
	int r = reserve_paths(config, paths, item->entry.value.count);

	for (size_t i = 0; r == 0 && i < item->entry.value.count; i++) {
		const char *path = NULL;
		r = config_path_expand(config, item, item->entry.value.item[i], &path);
		if (r == 0 && path != NULL)
			paths->path[paths->count++] = (struct config_path){ path, item->place.layer,
				item->place.origin };
	}
	return r;
}

static int merge_allow_read(
	struct config *config, struct config_rule *rule, const struct config_item *item)
{
	return add_paths(config, item, &rule->read);
}

static int merge_allow_write(
	struct config *config, struct config_rule *rule, const struct config_item *item)
{
	return add_paths(config, item, &rule->write);
}

/* ---- The whole section ---- */

static const struct {
	const char *key;
	int (*merge)(
		struct config *config, struct config_rule *rule, const struct config_item *item);
} keys[] = {
	{ "deny", merge_deny },
	{ "allow", merge_allow },
	{ "sha256", merge_sha256 },
	{ "allow-read", merge_allow_read },
	{ "allow-write", merge_allow_write },
};

enum { KEY_COUNT = sizeof keys / sizeof keys[0] };

static int merge_item(struct config *config, const struct config_item *item)
{
	const char *known[KEY_COUNT + 1] = { NULL };
	struct config_rule *rule = get_rule(config, item->section->plugin);

	if (rule == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < KEY_COUNT; i++) {
		if (strcmp(keys[i].key, item->entry.key) == 0)
			return keys[i].merge(config, rule, item);
		known[i] = keys[i].key;
	}
	return config_note_unknown(config, &item->place, "key", item->entry.key, known);
}

/* ---- Denials ---- */

/* What an item would grant; 0 if it is no kind of `allow`. */
static uint32_t get_granted(const struct config_item *item)
{
	const char *key = item->entry.key;
	uint32_t granted = 0;

	if (strcmp(key, "allow-read") == 0)
		return PLUGH_READ;
	if (strcmp(key, "allow-write") == 0)
		return PLUGH_WRITE;
	if (strcmp(key, "allow") != 0)
		return 0;
	for (size_t i = 0; i < item->entry.value.count; i++)
		for (size_t bit = 0; bit < NEED_COUNT; bit++)
			if (strcmp(item->entry.value.item[i], need_words[bit]) == 0)
				granted |= 1u << bit;
	return granted;
}

/* A line that allows what is denied does nothing; that is worth a warning. */
static int warn_of_denied(struct config *config, const struct config_item *item)
{
	const struct config_rule *rule = find_rule(config, item->section->plugin);
	uint32_t lost = get_granted(item) & rule->policy.deny;
	int r = 0;

	for (size_t bit = 0; r == 0 && bit < NEED_COUNT; bit++)
		if ((lost & (1u << bit)) != 0)
			r = config_note_addf(config, CONFIG_WARNING, &item->place, NULL,
				"'%s' does not reach '%s', which %s denies", item->entry.key,
				need_words[bit], rule->deny_origin[bit]);
	return r;
}

/* Every `deny` beats every `allow`, whichever comes first. */
static void settle(struct config_rule *rule)
{
	struct config_policy *policy = &rule->policy;

	policy->allow &= ~policy->deny;
	policy->read = rule->read.path;
	policy->read_count = (policy->deny & PLUGH_READ) != 0 ? 0 : rule->read.count;
	policy->write = rule->write.path;
	policy->write_count = (policy->deny & PLUGH_WRITE) != 0 ? 0 : rule->write.count;
}

static int for_each_policy_item(
	struct config *config, int (*f)(struct config *config, const struct config_item *item))
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < config->item.count; i++) {
		const struct config_item *item = config->item.item[i];
		if (item->section->kind == CONFIG_SECTION_POLICY)
			r = f(config, item);
	}
	return r;
}

int config_policy_merge(struct config *config)
{
	int r = for_each_policy_item(config, merge_item);

	if (r == 0)
		r = for_each_policy_item(config, warn_of_denied);
	for (size_t i = 0; i < config->rule.count; i++)
		settle(config->rule.item[i]);
	return r;
}

/* ---- Look-ups ---- */

const struct config_policy *config_find_policy(const struct config *config, const char *name)
{
	const struct config_rule *rule = find_rule(config, name);

	return rule != NULL ? &rule->policy : NULL;
}

/* The number of the one bit that is set, or NEED_COUNT. */
static size_t get_bit(uint32_t need)
{
	size_t bit = 0;
	while (bit < NEED_COUNT && need != 1u << bit)
		bit++;
	return bit;
}

const char *config_find_denial(const struct config *config, const char *name, uint32_t need)
{
	const struct config_rule *rule = find_rule(config, name);
	size_t bit = get_bit(need);

	return rule != NULL && bit < NEED_COUNT ? rule->deny_origin[bit] : NULL;
}

const char *config_find_grant(const struct config *config, const char *name, uint32_t need)
{
	const struct config_rule *rule = find_rule(config, name);
	size_t bit = get_bit(need);

	if (rule == NULL || bit == NEED_COUNT || (rule->policy.allow & need) == 0)
		return NULL;
	return rule->allow_origin[bit];
}

const char *config_need_name(uint32_t need)
{
	return need_words[get_bit(need)];
}

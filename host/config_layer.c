/* SPDX-License-Identifier: MIT */
/* One layer: the sections and keys of a file, or a variable, become items with their places.
 * Whether a value makes sense is not known here, only whether it is a list, whose words are split,
 * or one text. */
#include "config_store.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ini_file.h"
#include "join.h"
#include "suggest.h"

static const struct {
	const char *key;
	enum config_section_kind kind;
	bool is_list;
} known_keys[] = {
	{ "path", CONFIG_SECTION_PLUGH, true },
	{ "enabled", CONFIG_SECTION_PLUGH, true },
	{ "disabled", CONFIG_SECTION_PLUGH, true },
	{ "sandbox", CONFIG_SECTION_PLUGH, false },
	{ "color", CONFIG_SECTION_PLUGH, false },
	{ "crash-reports", CONFIG_SECTION_PLUGH, false },
	{ "deny", CONFIG_SECTION_POLICY, true },
	{ "allow", CONFIG_SECTION_POLICY, true },
	{ "allow-read", CONFIG_SECTION_POLICY, true },
	{ "allow-write", CONFIG_SECTION_POLICY, true },
	{ "sha256", CONFIG_SECTION_POLICY, false },
};

enum { KNOWN_KEY_COUNT = sizeof known_keys / sizeof known_keys[0] };

/* What one file's parsing has at hand. */
struct layer {
	struct config *config;
	const struct config_place *file;
	const struct config_section *section; /* NULL in an unknown one */
	struct config_item *item;             /* the value that is being put together, or NULL */
	struct config_list words;             /* its words or lines */
	bool is_list;
	bool is_bad; /* the value is wrong: drop it when it is complete */
};

const char *config_layer_key(enum config_section_kind kind, size_t index)
{
	for (size_t i = 0; i < KNOWN_KEY_COUNT; i++)
		if (known_keys[i].kind == kind && index-- == 0)
			return known_keys[i].key;
	return NULL;
}

static bool is_list(enum config_section_kind kind, const char *key)
{
	for (size_t i = 0; i < KNOWN_KEY_COUNT; i++)
		if (known_keys[i].kind == kind && strcmp(known_keys[i].key, key) == 0)
			return known_keys[i].is_list;
	return false;
}

static struct config_place place_of(const struct layer *layer, unsigned line)
{
	struct config_place place = *layer->file;

	place.line = line;
	return place;
}

/* ---- Items ---- */

/* The words of a value, joined by one blank. */
static char *join(struct config *config, const struct config_list *words)
{
	size_t size = 1;
	for (size_t i = 0; i < words->count; i++)
		size += strlen(words->item[i]) + 1;
	char *text = config_store_alloc(config, size);
	if (text == NULL)
		return NULL;

	char *end = text;
	for (size_t i = 0; i < words->count; i++) {
		size_t n = strlen(words->item[i]);
		if (i > 0)
			*end++ = ' ';
		memcpy(end, words->item[i], n);
		end += n;
	}
	*end = '\0';
	return text;
}

/* Fill in the item's value from its words and its place, and append it to the config. */
static int append_item(
	struct config *config, struct config_item *item, const struct config_list *words)
{
	struct config_value *value = &item->entry.value;
	const char **words_kept = config_store_alloc(
		config, (words->count + 1) * sizeof *words_kept);

	if (words_kept == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < words->count; i++)
		words_kept[i] = words->item[i];
	value->item = words_kept;
	value->count = words->count;
	value->text = join(config, words);
	if (value->text == NULL)
		return -ENOMEM;

	value->layer = item->place.layer;
	value->origin = item->place.origin;
	value->file = item->place.file;
	value->line = item->place.line;
	item->entry.section = item->section->name;
	return config_list_append(&config->item, item);
}

/* The value before this line is complete. */
static int finish_value(struct layer *layer)
{
	struct config_item *item = layer->item;
	int r = 0;

	if (item != NULL && !layer->is_bad)
		r = append_item(layer->config, item, &layer->words);
	layer->item = NULL;
	layer->words.count = 0;
	return r;
}

static int start_value(struct layer *layer, const char *key, unsigned line)
{
	struct config *config = layer->config;
	struct config_item *item = config_store_alloc(config, sizeof *item);
	char number[JOIN_NUMBER_SIZE];

	if (item == NULL)
		return -ENOMEM;
	item->section = layer->section;
	item->place = place_of(layer, line);
	item->place.origin = config_store_join(
		config, JOIN_PARTS(item->place.file, ":", join_number(number, line)));
	item->entry.key = config_store_dup(config, key);
	if (item->place.origin == NULL || item->entry.key == NULL)
		return -ENOMEM;
	layer->item = item;
	layer->is_list = is_list(layer->section->kind, key);
	layer->is_bad = false;
	return 0;
}

static int append_word(struct config *config, struct config_list *words, const char *word)
{
	char *copy = config_store_dup(config, word);

	return copy != NULL ? config_list_append(words, copy) : -ENOMEM;
}

/* Take the words of a list's line, or the whole line. BUFFER is as large as TEXT. Returns 0,
 * -ENOMEM, or -EINVAL with the reason. */
static int take_words(struct layer *layer, const char *text, char *buffer, const char **ret_reason)
{
	struct config *config = layer->config;
	int r;

	if (!layer->is_list) {
		if (*text == '\0') /* not so "", which is an empty item */
			return 0;
		r = ini_file_unquote(text, buffer, ret_reason);
		return r < 0 ? r : append_word(config, &layer->words, buffer);
	}
	while ((r = ini_file_next_word(&text, buffer, ret_reason)) > 0) {
		r = append_word(config, &layer->words, buffer);
		if (r < 0)
			return r;
	}
	return r;
}

/* ---- What ini_file.h calls ---- */

static int take_value(void *ctx, const char *key, const char *text, bool continues, unsigned line)
{
	struct layer *layer = ctx;
	const char *reason = NULL;
	int r;

	if (layer->section == NULL)
		return 0;
	if (!continues) {
		r = finish_value(layer);
		if (r == 0)
			r = start_value(layer, key, line);
		if (r < 0)
			return r;
	}

	char *buffer = malloc(strlen(text) + 1);
	if (buffer == NULL)
		return -ENOMEM;
	r = take_words(layer, text, buffer, &reason);
	free(buffer);
	if (r != -EINVAL)
		return r;
	layer->is_bad = true;
	struct config_place place = place_of(layer, line);
	return config_note_add(layer->config, CONFIG_ERROR, &place, reason, NULL);
}

/* Split "plugin:bwt encode" and the like; the kind stays CONFIG_SECTION_UNKNOWN if it is nothing
 * known. */
static int parse_section_name(struct config *config, struct config_section *section)
{
	const char *name = section->name;

	if (strcmp(name, "plugh") == 0) {
		section->kind = CONFIG_SECTION_PLUGH;
		return 0;
	}
	const char *colon = strchr(name, ':');
	if (colon == NULL || colon[1] == '\0' || isblank((unsigned char)colon[1]))
		return 0;
	size_t head = (size_t)(colon - name);
	if (head != strlen("plugin") ||
		(memcmp(name, "plugin", head) != 0 && memcmp(name, "policy", head) != 0))
		return 0;

	bool is_policy = name[1] == 'o';
	char *plugin = config_store_dup(config, colon + 1);
	if (plugin == NULL)
		return -ENOMEM;
	char *blank = plugin + strcspn(plugin, " \t");
	if (*blank != '\0') {
		if (is_policy)
			return 0;
		*blank = '\0';
		section->sub = blank + 1 + strspn(blank + 1, " \t");
	}
	section->plugin = plugin;
	section->kind = is_policy ? CONFIG_SECTION_POLICY : CONFIG_SECTION_PLUGIN;
	return 0;
}

/* An unknown section, with the known one that may be meant: the part before ':' counts. */
static int complain_of_section(struct config *config, const struct config_section *section)
{
	static const char *const known[] = { "plugh", "plugin", "policy" };
	const char *hint = "sections are [plugh], [plugin:NAME], [plugin:NAME SUBCOMMAND] and "
			   "[policy:NAME]";
	size_t head_length = strcspn(section->name, ":");
	char head[INI_FILE_MAX_NAME + 1];
	char text[128];
	struct suggest suggest;

	memcpy(head, section->name, head_length);
	head[head_length] = '\0';
	suggest_init(&suggest, head);
	bool is_known = false; /* then what follows it is wrong */
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		is_known = is_known || strcmp(head, known[i]) == 0;
		suggest_offer(&suggest, known[i]);
	}
	if (!is_known && suggest.count == 1) {
		snprintf(text, sizeof text, "did you mean '%s%s'?", suggest.name[0],
			section->name + head_length);
		hint = text;
	}
	return config_note_addf(
		config, CONFIG_ERROR, &section->place, hint, "unknown section [%s]", section->name);
}

static int take_section(void *ctx, const char *name, unsigned line)
{
	struct layer *layer = ctx;
	struct config *config = layer->config;
	int r = finish_value(layer);

	layer->section = NULL;
	if (r < 0)
		return r;
	struct config_section *section = config_store_alloc(config, sizeof *section);
	if (section == NULL)
		return -ENOMEM;
	section->place = place_of(layer, line);
	section->name = config_store_dup(config, name);
	if (section->name == NULL)
		return -ENOMEM;
	r = parse_section_name(config, section);
	if (r < 0)
		return r;
	if (section->kind == CONFIG_SECTION_UNKNOWN)
		return complain_of_section(config, section);
	layer->section = section;
	return config_list_append(&config->section, section);
}

static int take_problem(void *ctx, unsigned line, bool is_error, const char *text, const char *hint)
{
	struct layer *layer = ctx;
	struct config_place place = place_of(layer, line);

	return config_note_add(
		layer->config, is_error ? CONFIG_ERROR : CONFIG_WARNING, &place, text, hint);
}

/* ---- Keys that one file sets twice ---- */

static int compare_items(const void *left, const void *right)
{
	const struct config_item *a = *(struct config_item *const *)left;
	const struct config_item *b = *(struct config_item *const *)right;

	int order = strcmp(a->section->name, b->section->name);
	if (order == 0)
		order = strcmp(a->entry.key, b->entry.key);
	if (order == 0)
		order = a->place.line < b->place.line ? -1 : 1;
	return order;
}

static int warn_of_repeated(struct config *config, size_t first)
{
	size_t count = config->item.count - first;
	if (count < 2)
		return 0;
	struct config_item **sorted = malloc(count * sizeof(struct config_item *));
	if (sorted == NULL)
		return -ENOMEM;
	memcpy(sorted, config->item.item + first, count * sizeof(struct config_item *));
	qsort(sorted, count, sizeof(struct config_item *), compare_items);

	int r = 0;
	for (size_t i = 1; i < count && r == 0; i++) {
		const struct config_item *item = sorted[i];
		const struct config_item *before = sorted[i - 1];
		if (strcmp(item->section->name, before->section->name) == 0 &&
			strcmp(item->entry.key, before->entry.key) == 0)
			r = config_note_addf(config, CONFIG_WARNING, &item->place, NULL,
				"'%s' is set in line %u already", item->entry.key,
				before->place.line);
	}
	free(sorted);
	return r;
}

/* ---- Layers ---- */

int config_layer_parse(
	struct config *config, const struct config_place *place, const char *bytes, size_t count)
{
	struct layer layer = { .config = config, .file = place };
	const struct ini_file_sink sink = {
		.ctx = &layer,
		.section = take_section,
		.value = take_value,
		.problem = take_problem,
	};
	size_t first = config->item.count;

	int r = ini_file_parse(bytes, count, &sink);
	if (r == 0)
		r = finish_value(&layer);
	if (r == 0)
		r = warn_of_repeated(config, first);
	free(layer.words.item);
	return r;
}

static const struct config_section variables = {
	.name = "",
	.kind = CONFIG_SECTION_VARIABLE,
};

static const struct config_section plugh = {
	.name = "plugh",
	.kind = CONFIG_SECTION_PLUGH,
};

/* The key of [plugh] that PLUGH_KEY sets, or NULL. */
static const char *find_plugh_key(const char *name)
{
	char variable[CONFIG_VARIABLE_SIZE];
	const char *key;

	for (size_t i = 0; (key = config_layer_key(CONFIG_SECTION_PLUGH, i)) != NULL; i++)
		if (config_variable(NULL, NULL, key, variable) != NULL &&
			strcmp(variable, name) == 0)
			return key;
	return NULL;
}

/* The words of a variable's value: of lists they stand between blanks, of PLUGH_PATH, as in $PATH,
 * between colons. */
static int split_variable(
	struct config *config, struct config_list *words, const char *key, const char *value)
{
	const char *separators = strcmp(key, "path") == 0 ? ":" : " \t\n";

	if (!is_list(CONFIG_SECTION_PLUGH, key))
		return append_word(config, words, value);
	char *copy = config_store_dup(config, value);
	if (copy == NULL)
		return -ENOMEM;
	for (char *word = copy + strspn(copy, separators); *word != '\0';) {
		char *end = word + strcspn(word, separators);
		char *next = end + strspn(end, separators);
		*end = '\0';
		int r = config_list_append(words, word);
		if (r < 0)
			return r;
		word = next;
	}
	return 0;
}

int config_layer_add_variable(struct config *config, const char *assignment)
{
	const char *equals = strchr(assignment, '=');
	if (equals == NULL || strncmp(assignment, "PLUGH_", strlen("PLUGH_")) != 0)
		return 0;

	struct config_item *item = config_store_alloc(config, sizeof *item);
	char *name = config_store_dup(config, assignment);
	if (item == NULL || name == NULL)
		return -ENOMEM;
	name[equals - assignment] = '\0';
	const char *key = find_plugh_key(name);
	if (key != NULL && equals[1] == '\0') /* as NO_COLOR and its like: empty is unset */
		return 0;

	item->section = key != NULL ? &plugh : &variables;
	item->entry.key = key != NULL ? key : name;
	item->place = (struct config_place){
		.layer = CONFIG_ENVIRONMENT,
		.rank = UINT32_MAX,
		.origin = config_store_join(config, JOIN_PARTS("environment ", name)),
	};
	if (item->place.origin == NULL)
		return -ENOMEM;

	struct config_list words = { 0 };
	int r = split_variable(config, &words, item->entry.key, equals + 1);
	if (r == 0)
		r = append_item(config, item, &words);
	free(words.item);
	return r;
}

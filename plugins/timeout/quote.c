/* SPDX-License-Identifier: MIT */
/* Words in messages, quoted as GNU's programs do in the same locale. */
#include "quote.h"

#include <langinfo.h>
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <wchar.h>
#include <wctype.h>

enum { WIDEST = 4, MARKS = 2 * 3 + 1 }; /* bytes that one byte becomes; both marks, the NUL */

struct marks {
	const char *left, *right;
};

static const struct marks *find_marks(void)
{
	static const struct marks plain = { "'", "'" }, curved = { "\u2018", "\u2019" };

	return strcasecmp(nl_langinfo(CODESET), "UTF-8") == 0 ? &curved : &plain;
}

static char *append(char *to, const char *bytes, size_t n)
{
	memcpy(to, bytes, n);
	return to + n;
}

static char *append_octal(char *to, unsigned char byte)
{
	*to++ = '\\';
	*to++ = (char)('0' + (byte >> 6));
	*to++ = (char)('0' + (byte >> 3 & 7));
	*to++ = (char)('0' + (byte & 7));
	return to;
}

/* How many bytes the next character has; *ret_shown: it can be printed. */
static size_t read_character(const char *text, size_t n, mbstate_t *state, bool *ret_shown)
{
	wchar_t wide;

	size_t size = mbrtowc(&wide, text, n, state);
	if (size == (size_t)-1 || size == (size_t)-2) {
		*state = (mbstate_t){ 0 };
		*ret_shown = false;
		return size == (size_t)-1 ? 1 : n;
	}
	*ret_shown = iswprint((wint_t)wide) != 0;
	return size;
}

/* One character, or what closes the quotation. Returns where the next one goes; *text moves on. */
static char *append_character(
	char *to, const char **text, const struct marks *around, mbstate_t *state)
{
	static const char from[] = "\a\b\f\n\r\t\v\\", letter[] = "abfnrtv\\";
	bool is_shown;

	const char *plain = strchr(from, **text);
	if (plain != NULL) {
		*to++ = '\\';
		*to++ = letter[plain - from];
		++*text;
		return to;
	}
	size_t size = read_character(*text, strlen(*text), state, &is_shown);
	if (is_shown && strncmp(*text, around->right, strlen(around->right)) == 0)
		*to++ = '\\';
	if (is_shown)
		to = append(to, *text, size);
	for (size_t i = 0; !is_shown && i < size; i++)
		to = append_octal(to, (unsigned char)(*text)[i]);
	*text += size;
	return to;
}

static char *quote_here(const char *text)
{
	const struct marks *around = find_marks();
	size_t size = strlen(text);
	mbstate_t state = { 0 };

	if (size > (SIZE_MAX - MARKS) / WIDEST)
		return NULL;
	char *quoted = (char *)malloc(size * WIDEST + MARKS);
	if (quoted == NULL)
		return NULL;
	char *to = append(quoted, around->left, strlen(around->left));
	while (*text != '\0')
		to = append_character(to, &text, around, &state);
	to = append(to, around->right, strlen(around->right));
	*to = '\0';
	return quoted;
}

char *quote(const char *text)
{
	/* Where one part of the user's is not installed all of it is C, as after setlocale(3). */
	locale_t user = newlocale(LC_ALL_MASK, "", (locale_t)0);
	if (user == (locale_t)0)
		return quote_here(text);
	locale_t before = uselocale(user);
	char *quoted = quote_here(text);
	uselocale(before);
	freelocale(user);
	return quoted;
}

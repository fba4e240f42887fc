/* SPDX-License-Identifier: MIT */
/* Files that the host prints or writes: the build turns each into an array that ends in NUL, so
 * what `plugh completion` and `plugh man` print and what a package installs is one and the same. */
#ifndef PLUGH_EMBEDDED_H
#define PLUGH_EMBEDDED_H

extern const char embedded_plugh_bash[]; /* packaging/completions/plugh.bash */
extern const char embedded_plugh_zsh[];  /* packaging/completions/_plugh */
extern const char embedded_plugh_fish[]; /* packaging/completions/plugh.fish */
extern const char embedded_plugh_1[];    /* packaging/man/plugh.1.in */

/* sdk/template/c, for `plugh plugin new` */
extern const char embedded_new_cmakelists[];
extern const char embedded_new_cmakepresets[];
extern const char embedded_new_readme[];
extern const char embedded_new_gitignore[];
extern const char embedded_new_plugin_h[];
extern const char embedded_new_plugin_c[];
extern const char embedded_new_greeting_h[];
extern const char embedded_new_greeting_c[];
extern const char embedded_new_test_plugin_c[];

#endif

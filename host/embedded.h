/* SPDX-License-Identifier: MIT */
/* Files that the host prints or writes: the build turns each into an array that ends in NUL, so
 * what `plugh completion` and `plugh man` print and what a package installs is one and the same. */
#ifndef PLUGH_EMBEDDED_H
#define PLUGH_EMBEDDED_H

extern const char embedded_plugh_bash[]; /* packaging/completions/plugh.bash */
extern const char embedded_plugh_zsh[];  /* packaging/completions/_plugh */
extern const char embedded_plugh_fish[]; /* packaging/completions/plugh.fish */
extern const char embedded_plugh_1[];    /* packaging/man/plugh.1.in */

/* sdk/template, for `plugh plugin new`: of every language, of C, of C++ */
extern const char embedded_new_presets[];
extern const char embedded_new_readme[];
extern const char embedded_new_gitignore[];
extern const char embedded_new_c_cmakelists[];
extern const char embedded_new_c_plugin_h[];
extern const char embedded_new_c_plugin[];
extern const char embedded_new_c_greeting_h[];
extern const char embedded_new_c_greeting[];
extern const char embedded_new_c_test[];
extern const char embedded_new_cxx_cmakelists[];
extern const char embedded_new_cxx_plugin_h[];
extern const char embedded_new_cxx_plugin[];
extern const char embedded_new_cxx_greeting_h[];
extern const char embedded_new_cxx_greeting[];
extern const char embedded_new_cxx_test[];

#endif

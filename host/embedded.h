/* SPDX-License-Identifier: MIT */
/* Files of packaging/ that the host prints: the build turns each into an array that ends in NUL, so
 * what `plugh completion` and `plugh man` print and what a package installs is one and the same. */
#ifndef PLUGH_EMBEDDED_H
#define PLUGH_EMBEDDED_H

extern const char embedded_plugh_bash[]; /* packaging/completions/plugh.bash */
extern const char embedded_plugh_zsh[];  /* packaging/completions/_plugh */
extern const char embedded_plugh_fish[]; /* packaging/completions/plugh.fish */
extern const char embedded_plugh_1[];    /* packaging/man/plugh.1.in */

#endif

/* The numbers of this release and of its binary interface: the only place where they are written.
 *
 * A host loads a plugin whose PLUGH_ABI_MAJOR equals its own and whose needed minor is not above
 * its own. The major changes when a record or a struct of the contract is reordered, retyped or
 * re-meant; the minor when something is appended.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_VERSION_H
#define PLUGH_VERSION_H

#define PLUGH_VERSION_MAJOR 0
#define PLUGH_VERSION_MINOR 1
#define PLUGH_VERSION_PATCH 0

#define PLUGH_ABI_MAJOR 1
#define PLUGH_ABI_MINOR 0

/* The lowest minor that has all that the macros of these headers put into a plugin. */
#define PLUGH_ABI_MINOR_NEEDED 0

#define PLUGH_STRING_(x)    #x
#define PLUGH_STRING_OF_(x) PLUGH_STRING_(x)
#define PLUGH_VERSION_STRING                                                                       \
	PLUGH_STRING_OF_(PLUGH_VERSION_MAJOR)                                                      \
	"." PLUGH_STRING_OF_(PLUGH_VERSION_MINOR) "." PLUGH_STRING_OF_(PLUGH_VERSION_PATCH)

#endif

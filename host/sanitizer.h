/* Is this build one with the address sanitizer, of gcc or of clang? HAS_ADDRESS_SANITIZER is
 * defined then.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_SANITIZER_H
#define PLUGH_SANITIZER_H

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER 1
#endif
#endif

#endif

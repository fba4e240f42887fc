// perms_next N | perms_next LETTERS | perms_next ITEM ITEM ...: all lines by std::next_permutation
// and unlocked stdio, the way that a C++ programmer would take. N: the first N letters. What is
// equal makes no line twice. SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

int main(int argc, char *argv[])
{
	if (argc == 2) {
		std::string s = argv[1];
		if (s[0] >= '0' && s[0] <= '9')
			s = std::string("abcdefghijklmnop").substr(0, std::stoul(s));
		std::sort(s.begin(), s.end());
		do {
			fwrite_unlocked(s.data(), 1, s.size(), stdout);
			putc_unlocked('\n', stdout);
		} while (std::next_permutation(s.begin(), s.end()));
		return 0;
	}
	std::vector<std::string> item(argv + 1, argv + argc);
	std::vector<size_t> at(item.size());
	for (size_t i = 0; i < at.size(); i++)
		at[i] = std::find(item.begin(), item.end(), item[i]) - item.begin();
	std::sort(at.begin(), at.end());
	do {
		for (size_t i = 0; i < at.size(); i++) {
			if (i > 0)
				putc_unlocked(' ', stdout);
			fwrite_unlocked(item[at[i]].data(), 1, item[at[i]].size(), stdout);
		}
		putc_unlocked('\n', stdout);
	} while (std::next_permutation(at.begin(), at.end()));
	return 0;
}

# SPDX-License-Identifier: MIT
# Write OUTPUT: for each NAME=FILE of FILES an array embedded_NAME with the bytes of FROM/FILE and a NUL.
set(text "#include \"embedded.h\"\n")
foreach(pair IN LISTS FILES)
  string(REGEX MATCH "^([^=]+)=(.+)$" _ ${pair})
  set(name ${CMAKE_MATCH_1})
  file(READ ${FROM}/${CMAKE_MATCH_2} hex HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1', " hex "${hex}")
  string(APPEND text "\nconst char embedded_${name}[] = {\n${hex}'\\0'\n};\n")
endforeach()
file(WRITE ${OUTPUT} "${text}")

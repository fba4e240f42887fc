# SPDX-License-Identifier: MIT
# Write OUTPUT/host/*.1, the pages of plugh and its built-in commands, and OUTPUT/plugins/*.1, those of PLUGINS,
# each by PLUGH. The pages themselves tell which commands there are.

# plugh man WORD... -> FILE
function(make_page file)
  execute_process(COMMAND ${PLUGH} man ${ARGN} OUTPUT_FILE ${file} ERROR_VARIABLE error RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "plugh man ${ARGN}: ${error}")
  endif()
endfunction()

# The page of a command, and those of its subcommands, to which it refers.
function(make_pages folder name)
  make_page(${folder}/plugh-${name}.1 ${name})
  file(READ ${folder}/plugh-${name}.1 page)
  string(REGEX MATCHALL "plugh\\\\-${name}\\\\-[a-z0-9_]+\\\\fR\\(1\\)" references "${page}")
  foreach(reference IN LISTS references)
    string(REGEX REPLACE ".*\\\\-([a-z0-9_]+)\\\\fR.*" "\\1" sub "${reference}")
    make_page(${folder}/plugh-${name}-${sub}.1 ${name} ${sub})
  endforeach()
endfunction()

file(REMOVE_RECURSE ${OUTPUT})
file(MAKE_DIRECTORY ${OUTPUT}/host ${OUTPUT}/plugins)

make_page(${OUTPUT}/host/plugh.1)
file(READ ${OUTPUT}/host/plugh.1 page)
string(REGEX REPLACE ".*\n\\.SH COMMANDS\n(.*)\n\\.SH EXIT STATUS\n.*" "\\1" page "${page}")
string(REGEX MATCHALL "\\.SS \"[a-z0-9_]+" sections "${page}")
list(TRANSFORM sections REPLACE ".*\"" "")
list(REMOVE_DUPLICATES sections)
foreach(name IN LISTS sections)
  make_pages(${OUTPUT}/host ${name})
endforeach()
foreach(name IN LISTS PLUGINS)
  make_pages(${OUTPUT}/plugins ${name})
endforeach()

# SPDX-License-Identifier: MIT
#[[
plugh_add_plugin(NAME source...)

Build the plugin NAME: a module NAME.so which exports one symbol, whose manifest is checked after each
build (no code of the plugin runs), and which is installed among plugh's plugins.

Works in plugh's own tree and, after find_package(plugh), in anyone's. Link what the plugin needs with
target_link_libraries(NAME PRIVATE ...).
]]
function(plugh_add_plugin name)
  include(GNUInstallDirs)
  add_library(${name} MODULE ${ARGN})
  target_link_libraries(${name} PRIVATE plugh::sdk)
  target_compile_definitions(${name} PRIVATE _GNU_SOURCE) # strict C17 hides POSIX
  set_target_properties(${name} PROPERTIES
    PREFIX "" C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden C_STANDARD 17 C_EXTENSIONS OFF)
  target_link_options(${name} PRIVATE LINKER:--exclude-libs,ALL LINKER:-z,now LINKER:-z,relro
    "LINKER:--version-script=${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map")
  if(TARGET plugh_flags) # inside plugh's own tree
    target_link_libraries(${name} PRIVATE plugh_flags)
    set_target_properties(${name} PROPERTIES
      LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/${CMAKE_INSTALL_LIBDIR}/plugh/plugins)
  endif()
  add_custom_command(TARGET ${name} POST_BUILD
    COMMAND plugh::manifest-check $<TARGET_FILE:${name}> VERBATIM)
  install(TARGETS ${name} LIBRARY
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/plugh/plugins COMPONENT plugins)
endfunction()

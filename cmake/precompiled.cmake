# The headers of others that most files begin with, read once for each preset: a third of the compile time. No file may
# lean on them: `headers_alone` and -DROCKPOOL_PRECOMPILE=OFF compile without.
#
# Not CMake's own precompiled headers: those are named by absolute paths, so that ccache would not know a file again in
# another checkout. Here the path is relative to the build folder, and ccache takes the digest of the preprocessed
# headers beside it (CCACHE_PCH_EXTSUM) instead of the file's, which names paths, too.
option(ROCKPOOL_PRECOMPILE "Read the libraries' headers once" ON)

# rockpool_precompiled(NAME HEADER [FLAGS …]): the interface target NAME, whose users begin with HEADER.
function(rockpool_precompiled name header)
  add_library(${name} INTERFACE)
  if(NOT ROCKPOOL_PRECOMPILE)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "FLAGS" ${ARGN})
  string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
  separate_arguments(flags UNIX_COMMAND "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}}")
  list(APPEND flags ${CMAKE_CXX${CMAKE_CXX_STANDARD}_STANDARD_COMPILE_OPTION} ${ARG_FLAGS}
    "$<TARGET_PROPERTY:rockpool_flags,INTERFACE_COMPILE_OPTIONS>")
  set(definitions "-D$<JOIN:$<TARGET_PROPERTY:rockpool_flags,INTERFACE_COMPILE_DEFINITIONS>,;-D>")
  set(compiled precompiled/${name}.pch)
  add_custom_command(
    OUTPUT ${compiled}
    COMMAND ${CMAKE_COMMAND} -E make_directory precompiled
    COMMAND ${CMAKE_CXX_COMPILER} ${flags} "${definitions}" -x c++-header -Xclang -fno-pch-timestamp ${header} -o ${compiled}
            -MD -MF ${compiled}.d
    COMMAND ${CMAKE_CXX_COMPILER} ${flags} "${definitions}" -x c++-header -E -P ${header} | sha256sum > ${compiled}.sum
    DEPENDS ${header}
    DEPFILE ${compiled}.d
    COMMAND_EXPAND_LISTS VERBATIM
    COMMENT "Reading ${name}")
  add_custom_target(${name}_made DEPENDS ${compiled})
  add_dependencies(${name} ${name}_made)
  target_compile_options(${name} INTERFACE -include-pch ${compiled})
endfunction()

rockpool_precompiled(rockpool_precompiled_libraries ${CMAKE_SOURCE_DIR}/cmake/precompiled_libraries.h)
rockpool_precompiled(rockpool_precompiled_tests ${CMAKE_SOURCE_DIR}/cmake/precompiled_tests.h FLAGS -DGTEST_HAS_PTHREAD=1)

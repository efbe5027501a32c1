# Flags of every C++ target.
add_library(rockpool_flags INTERFACE)
target_include_directories(rockpool_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(rockpool_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Werror -fno-omit-frame-pointer)
target_compile_definitions(rockpool_flags INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE BOOST_BEAST_USE_STD_STRING_VIEW
  ROCKPOOL_VERSION="${PROJECT_VERSION}")
target_link_options(rockpool_flags INTERFACE -fuse-ld=lld-19)
if(ROCKPOOL_SANITIZE)
  target_compile_options(rockpool_flags INTERFACE -fsanitize=${ROCKPOOL_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(rockpool_flags INTERFACE -fsanitize=${ROCKPOOL_SANITIZE})
endif()

include(cmake/precompiled.cmake)

# rockpool_library(NAME SOURCES … [DEPS lower folders …] [LINK the libraries this folder wraps …])
function(rockpool_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LINK" ${ARGN})
  add_library(rockpool_${name} STATIC ${ARG_SOURCES})
  list(TRANSFORM ARG_DEPS PREPEND rockpool_)
  target_link_libraries(rockpool_${name} PUBLIC rockpool_flags ${ARG_DEPS} PRIVATE ${ARG_LINK} rockpool_precompiled_libraries)
  rockpool_headers_alone(${name} ${ARG_DEPS} ${ARG_LINK})
endfunction()

# Each header of a folder must compile by itself: the target `headers_alone` compiles each so.
add_custom_target(headers_alone)
function(rockpool_headers_alone name)
  cmake_path(GET CMAKE_CURRENT_FUNCTION_LIST_DIR PARENT_PATH repository)
  file(GLOB headers CONFIGURE_DEPENDS RELATIVE ${repository}/src
       ${CMAKE_CURRENT_SOURCE_DIR}/*.h ${CMAKE_CURRENT_SOURCE_DIR}/*/*.h)
  if(NOT headers)
    return()
  endif()
  set(sources)
  foreach(header ${headers})
    set(source ${CMAKE_BINARY_DIR}/headers_alone/${header}.cc)
    file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${header}\"\n")
    list(APPEND sources ${source})
  endforeach()
  add_library(rockpool_${name}_headers OBJECT EXCLUDE_FROM_ALL ${sources})
  target_compile_options(rockpool_${name}_headers PRIVATE -O0 -g0)
  target_link_libraries(rockpool_${name}_headers PRIVATE rockpool_flags ${ARGN})
  add_dependencies(headers_alone rockpool_${name}_headers)
endfunction()

# rockpool_test(NAME SOURCES … DEPS folders … [LINK …] [GUESTS]): a GoogleTest program, each test known to ctest.
# GUESTS says that it runs guests, which the thread sanitizer can't see into.
function(rockpool_test name)
  cmake_parse_arguments(ARG "GUESTS" "" "SOURCES;DEPS;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  list(TRANSFORM ARG_DEPS PREPEND rockpool_)
  target_link_libraries(${name} PRIVATE rockpool_flags ${ARG_DEPS} ${ARG_LINK} GTest::gmock GTest::gtest_main
    rockpool_precompiled_tests)
  set(label unit)
  if(ARG_GUESTS)
    set(label guests)
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS ${label})
endfunction()

# rockpool_fuzzer(NAME SOURCES … DEPS folders …): a libFuzzer target; seeds in tests/fuzz/NAME/.
function(rockpool_fuzzer name)
  if(NOT ROCKPOOL_FUZZERS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  list(TRANSFORM ARG_DEPS PREPEND rockpool_)
  target_link_libraries(${name} PRIVATE rockpool_flags ${ARG_DEPS} ${ARG_LINK})
  target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzzers)
endfunction()

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

# rockpool_library(NAME SOURCES … [DEPS lower folders …] [LINK the libraries this folder wraps …])
function(rockpool_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LINK" ${ARGN})
  add_library(rockpool_${name} STATIC ${ARG_SOURCES})
  list(TRANSFORM ARG_DEPS PREPEND rockpool_)
  target_link_libraries(rockpool_${name} PUBLIC rockpool_flags ${ARG_DEPS} PRIVATE ${ARG_LINK})
endfunction()

# rockpool_test(NAME SOURCES … DEPS folders … [LINK …]): a GoogleTest program, each test known to ctest.
function(rockpool_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  list(TRANSFORM ARG_DEPS PREPEND rockpool_)
  target_link_libraries(${name} PRIVATE rockpool_flags ${ARG_DEPS} ${ARG_LINK} GTest::gmock GTest::gtest_main)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS unit)
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
endfunction()

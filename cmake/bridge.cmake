# The Rust bridge as a static library, and the C++ headers that cxx makes of it.
#
# Cargo's target directory lives outside the checkout, keyed by lock file, patches of Wasmtime and compiler, so that a
# fresh checkout does not build Wasmtime again.
if(DEFINED ENV{XDG_CACHE_HOME})
  set(ROCKPOOL_CACHE $ENV{XDG_CACHE_HOME}/rockpool)
else()
  set(ROCKPOOL_CACHE $ENV{HOME}/.cache/rockpool)
endif()
find_program(CARGO cargo REQUIRED)
execute_process(COMMAND rustc --version OUTPUT_VARIABLE rustc_version COMMAND_ERROR_IS_FATAL ANY)
file(GLOB bridge_patches CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/bridge/patches/*)
set(bridge_hashes "")
foreach(pinned ${CMAKE_SOURCE_DIR}/bridge/Cargo.lock ${bridge_patches})
  file(SHA256 ${pinned} pinned_hash)
  string(APPEND bridge_hashes ${pinned_hash})
endforeach()
string(SHA256 bridge_key "${bridge_hashes}${rustc_version}")
string(SUBSTRING ${bridge_key} 0 16 bridge_key)
set(bridge_target ${ROCKPOOL_CACHE}/cargo-${bridge_key})
set(bridge_out ${CMAKE_BINARY_DIR}/bridge)
set(bridge_library ${bridge_out}/librockpool_bridge.a)

file(GLOB_RECURSE bridge_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/bridge/src/*.rs)
add_custom_command(
  OUTPUT ${bridge_library} ${bridge_out}/include/bridge/bridge.h
  COMMAND ${CMAKE_SOURCE_DIR}/tools/build_bridge.sh ${ROCKPOOL_CACHE} ${bridge_target} ${ROCKPOOL_BRIDGE_PROFILE} ${bridge_out}
  DEPENDS ${bridge_sources} ${CMAKE_SOURCE_DIR}/bridge/Cargo.toml ${CMAKE_SOURCE_DIR}/bridge/Cargo.lock
          ${CMAKE_SOURCE_DIR}/bridge/build.rs ${CMAKE_SOURCE_DIR}/tools/build_bridge.sh
          ${CMAKE_SOURCE_DIR}/tools/patched_wasmtime.sh ${bridge_patches} ${CMAKE_SOURCE_DIR}/src/engine/run/call_hooks.h
  USES_TERMINAL
  COMMENT "Building the Wasmtime bridge (the first time takes minutes)")
add_custom_target(bridge_built DEPENDS ${bridge_library} ${bridge_out}/include/bridge/bridge.h)
add_library(rockpool_bridge INTERFACE)
add_dependencies(rockpool_bridge bridge_built)
target_include_directories(rockpool_bridge SYSTEM INTERFACE ${bridge_out}/include)
target_link_libraries(rockpool_bridge INTERFACE ${bridge_library} Threads::Threads ${CMAKE_DL_LIBS} m)

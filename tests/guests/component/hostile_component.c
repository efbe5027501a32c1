// A component of plain functions that trap, spin, and grow memory: limits hold for these as for any
// other guest.
#include "hostile_component.h"

void exports_hostile_component_trap(void) {
  __builtin_trap();
}

void exports_hostile_component_spin(void) {
  for (volatile uint64_t turns = 0;; ++turns) {
  }
}

uint32_t exports_hostile_component_grow(void) {
  while (__builtin_wasm_memory_grow(0, 16) != (size_t)-1) {
  }
  return (uint32_t)__builtin_wasm_memory_size(0);
}

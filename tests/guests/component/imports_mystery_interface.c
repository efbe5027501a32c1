// A component that imports an interface which no host offers: a deploy names it.
#include "imports_mystery_interface.h"

uint32_t exports_imports_mystery_interface_answer(void) {
  return test_guests_mystery_unheard_of();
}

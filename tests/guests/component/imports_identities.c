// What another component gives back is given to the caller.
#include "imports_identities.h"

int32_t exports_imports_identities_total(int32_t left, int32_t right) {
  return test_guests_identities_add(left, right);
}

void exports_imports_identities_echo(imports_identities_string_t* text,
                                     imports_identities_string_t* ret) {
  test_guests_identities_same_string(text, ret);
}

// The label of a point that comes back where it was sent.
void exports_imports_identities_moved(int32_t x, int32_t y, imports_identities_string_t* ret) {
  test_guests_identities_point_t point = {.x = x, .y = y, .label = {.is_some = true}};
  imports_identities_string_set(&point.label.val, "still here");
  test_guests_identities_point_t same;
  test_guests_identities_same_record(&point, &same);
  bool is_same = same.x == x && same.y == y && same.label.is_some;
  imports_identities_string_dup(ret, is_same ? "still here" : "elsewhere");
  test_guests_identities_point_free(&same);
}

// Gives back each plain WIT type as it came: what the host lifts and lowers is the same value.
#include "all_wit_types.h"

#define SAME_BY_VALUE(name, type)                               \
  type exports_test_guests_identities_same_##name(type value) { \
    return value;                                               \
  }

// The argument is the callee's to free, and so is the result the caller's: the value moves.
#define SAME_BY_POINTER(name, type)                                         \
  void exports_test_guests_identities_same_##name(type* value, type* ret) { \
    *ret = *value;                                                          \
  }

SAME_BY_VALUE(bool, bool)
SAME_BY_VALUE(s8, int8_t)
SAME_BY_VALUE(u8, uint8_t)
SAME_BY_VALUE(s16, int16_t)
SAME_BY_VALUE(u16, uint16_t)
SAME_BY_VALUE(s32, int32_t)
SAME_BY_VALUE(u32, uint32_t)
SAME_BY_VALUE(s64, int64_t)
SAME_BY_VALUE(u64, uint64_t)
SAME_BY_VALUE(f32, float)
SAME_BY_VALUE(f64, double)
SAME_BY_VALUE(char, uint32_t)
SAME_BY_VALUE(enum, exports_test_guests_identities_colour_t)
SAME_BY_VALUE(flags, exports_test_guests_identities_permissions_t)

SAME_BY_POINTER(string, all_wit_types_string_t)
SAME_BY_POINTER(bytes, all_wit_types_list_u8_t)
SAME_BY_POINTER(strings, all_wit_types_list_string_t)
SAME_BY_POINTER(lists, all_wit_types_list_list_s32_t)
SAME_BY_POINTER(record, exports_test_guests_identities_point_t)
SAME_BY_POINTER(tuple, all_wit_types_tuple3_s32_string_bool_t)
SAME_BY_POINTER(variant, exports_test_guests_identities_shape_t)

bool exports_test_guests_identities_same_option(int32_t* maybe_value, int32_t* ret) {
  if (maybe_value != NULL) *ret = *maybe_value;
  return maybe_value != NULL;
}

bool exports_test_guests_identities_same_nested_option(all_wit_types_option_s32_t* maybe_value,
                                                       all_wit_types_option_s32_t* ret) {
  if (maybe_value != NULL) *ret = *maybe_value;
  return maybe_value != NULL;
}

bool exports_test_guests_identities_same_result(
    exports_test_guests_identities_result_s32_string_t* value, int32_t* ret,
    all_wit_types_string_t* err) {
  if (value->is_err) {
    *err = value->val.err;
  } else {
    *ret = value->val.ok;
  }
  return !value->is_err;
}

bool exports_test_guests_identities_same_empty_result(
    exports_test_guests_identities_result_void_void_t* value) {
  return !value->is_err;
}

void exports_test_guests_identities_nothing(void) {}

int32_t exports_test_guests_identities_add(int32_t left, int32_t right) {
  return (int32_t)((uint32_t)left + (uint32_t)right);
}

void exports_all_wit_types_shout(all_wit_types_string_t* text, all_wit_types_string_t* ret) {
  for (size_t i = 0; i < text->len; ++i) {
    if (text->ptr[i] >= 'a' && text->ptr[i] <= 'z') text->ptr[i] -= 'a' - 'A';
  }
  *ret = *text;
}

;; Functions of lists whose address and count are two results, with the component model's allocator alone.
(module
  (memory (export "memory") 1)
  (global $end (mut i32) (i32.const 1024))
  (func (export "cabi_realloc") (param $old i32) (param $size i32) (param $alignment i32) (param $bytes i32) (result i32)
    (local $place i32)
    (local.set $place
      (i32.and
        (i32.sub (i32.add (global.get $end) (local.get $alignment)) (i32.const 1))
        (i32.sub (i32.const 0) (local.get $alignment))))
    (global.set $end (i32.add (local.get $place) (local.get $bytes)))
    (drop (memory.grow (i32.shr_u (local.get $bytes) (i32.const 16))))
    (local.get $place))
  (func (export "same") (param i32 i32) (result i32 i32) (local.get 0) (local.get 1))
  (func (export "both") (param i32 i32 i32 i32) (result i32 i32 i32 i32)
    (local.get 2) (local.get 3) (local.get 0) (local.get 1))
  (func (export "count_and_rest") (param i32 i32) (result i32 i32 i32)
    (local.get 1)
    (i32.add (local.get 0) (i32.const 8))
    (i32.sub (local.get 1) (i32.const 1))))

;; Imports from two modules, one of which may import from the other.
(module
  (import "sums" "sum3" (func $sum3 (param i32 i32 i32) (result i32)))
  (import "env" "calls" (func $calls (result i32)))
  (func (export "sum6") (param i32 i32 i32 i32 i32 i32) (result i32)
    (call $sum3
      (call $sum3 (local.get 0) (local.get 1) (local.get 2))
      (call $sum3 (local.get 3) (local.get 4) (local.get 5))
      (i32.const 0)))
  (func (export "calls_of_both") (result i32)
    (drop (call $sum3 (i32.const 1) (i32.const 2) (i32.const 3)))
    (call $calls)))

;; The sum of three numbers, by another module's sum of two.
(module
  (import "env" "sum" (func $sum (param i32 i32) (result i32)))
  (func (export "sum3") (param i32 i32 i32) (result i32)
    (call $sum (local.get 0) (call $sum (local.get 1) (local.get 2)))))

;; Adds two numbers: a pure function with no memory at all.
(module
  (func (export "sum") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1))))

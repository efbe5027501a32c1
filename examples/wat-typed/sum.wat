;; Adds two numbers, modulo 2^32: called with a JSON array of arguments, it gives a JSON array of
;; results.
(module
  (func (export "sum") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1))))

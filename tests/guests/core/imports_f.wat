;; Gives what the imported function of the same name gives.
(module
  (import "env" "f" (func $f (result i32)))
  (func (export "f") (result i32) (call $f)))

;; Its start function never returns: limits hold before any export is called.
(module
  (func $spin (loop $again (br $again)))
  (start $spin)
  (func (export "answer") (result i32) (i32.const 42)))

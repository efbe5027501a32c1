;; A reactor whose `_initialize` never returns.
(module
  (func (export "_initialize") (loop $again (br $again)))
  (func (export "answer") (result i32) (i32.const 42)))

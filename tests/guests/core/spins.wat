;; A typed export that never returns.
(module
  (func (export "spin") (loop $again (br $again))))

;; Its only function takes a reference, which needs types that the engine is built without.
(module
  (func (export "same") (param externref) (result externref) (local.get 0)))

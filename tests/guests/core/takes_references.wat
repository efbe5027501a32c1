;; Its only function takes a reference, which has no JSON: nothing that could be called.
(module
  (func (export "same") (param externref) (result externref) (local.get 0)))

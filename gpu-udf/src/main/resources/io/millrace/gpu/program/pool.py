# Memory of the KV pool; part of every program that has one. keys, values: per layer [blocks, kv heads, block, head];
# features [slots, width], empty where there are none.
  def zeros(self: __torch__.CLASS, like: Tensor, size: List[int], dtype: int) -> Tensor:
    return torch.zeros(size, dtype=dtype, layout=None, device=ops.prim.device(like), pin_memory=None)
  # For memory that is known to be zero already: nothing is written, so nothing becomes resident.
  def untouched(self: __torch__.CLASS, like: Tensor, size: List[int], dtype: int) -> Tensor:
    return torch.empty(size, dtype=dtype, layout=None, device=ops.prim.device(like), pin_memory=None, memory_format=None)
  # Copies whole blocks inside the pool: copy on write.
  def copy_blocks(self: __torch__.CLASS, keys: List[Tensor], values: List[Tensor], features: Tensor, sources: Tensor, targets: Tensor) -> int:
    for i in range(len(keys)):
      _0 = torch.index_copy_(keys[i], 0, targets, torch.index_select(keys[i], 0, sources))
      _1 = torch.index_copy_(values[i], 0, targets, torch.index_select(values[i], 0, sources))
    if torch.gt(features.size(0), 0):
      by_block = torch.view(features, [keys[0].size(0), -1])
      _2 = torch.index_copy_(by_block, 0, targets, torch.index_select(by_block, 0, sources))
    return 0
  # Brings what an accepted path has computed to where its tokens belong. Sources and targets may overlap.
  def move_slots(self: __torch__.CLASS, keys: List[Tensor], values: List[Tensor], features: Tensor, sources: Tensor, targets: Tensor) -> int:
    from_rows = (self).kv_rows(sources, keys[0].size(1), keys[0].size(2), )
    to_rows = (self).kv_rows(targets, keys[0].size(1), keys[0].size(2), )
    for i in range(len(keys)):
      k = torch.view(keys[i], [-1, keys[i].size(3)])
      v = torch.view(values[i], [-1, values[i].size(3)])
      _0 = torch.index_copy_(k, 0, to_rows, torch.index_select(k, 0, from_rows))
      _1 = torch.index_copy_(v, 0, to_rows, torch.index_select(v, 0, from_rows))
    if torch.gt(features.size(0), 0):
      _2 = torch.index_copy_(features, 0, targets, torch.index_select(features, 0, sources))
    return 0

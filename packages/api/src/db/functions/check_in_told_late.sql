-- A scan that the server has judged, whose response was lost: what the device then did by itself. The caller
-- holds the reservation, and replays it. p_refusal: why it let nobody in; null: it did let them in.
create or replace function check_in_told_late(p_scan check_ins, p_refusal text)
returns void language plpgsql volatile as $$
begin
  if p_refusal is null and not p_scan.is_let_in then
    update check_ins set is_let_in = true where id = p_scan.id;
  elsif p_refusal is not null and p_scan.is_let_in then
    update check_ins
      set is_let_in = false, result = 'refused', reason = p_refusal,
        ended_at = coalesce(ended_at, scanned_at)
      where id = p_scan.id;
  end if;
end $$;

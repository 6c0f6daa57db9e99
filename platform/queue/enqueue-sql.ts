import pg from 'pg';

/**
 * The one statement that adds a job: task, payload, run_at, job_key, max_attempts, priority, queue_name.
 * It calls a function of ours around graphile-worker's, see `installEnqueueSql`.
 */
export function enqueueSql(schema: string): string {
  return `select ${pg.escapeIdentifier(schema)}.mortise_add_job($1, $2::json, $3::timestamptz, $4, $5::int, $6::int, $7) as id`;
}

/**
 * Installs that function, SECURITY DEFINER: whoever may add a job needs no right to read or change the jobs of
 * others, which request roles must not have. Run by the owner after graphile-worker's own migrations.
 */
export function installEnqueueSql(schema: string): string {
  const name = pg.escapeIdentifier(schema);
  const signature = `${name}.mortise_add_job(text, json, timestamptz, text, int, int, text)`;
  return `
    create or replace function ${name}.mortise_add_job(
      task text, payload json, run_at timestamptz, job_key text, max_attempts int, priority int, queue_name text
    ) returns bigint language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
      select id from ${name}.add_job(
        identifier => task, payload => payload, queue_name => queue_name, run_at => run_at,
        max_attempts => max_attempts, job_key => job_key, priority => priority)
    $$;
    revoke all on function ${signature} from public;`;
}

/**
 * What a role needs, to be run by the owner after each `migrate()`; safe to repeat.
 * - `'add'`: may add jobs, and nothing else (`mortise_app`).
 * - `'work'`: may also take, finish and release them (`mortise_engine`). Graphile-worker's tables have row-level
 *   security on and no policy, so that only their owner sees a row; hence a policy for the role.
 */
export function queueGrantsSql(schema: string, role: string, access: 'add' | 'work'): string {
  const name = pg.escapeIdentifier(schema);
  const grantee = pg.escapeIdentifier(role);
  const add = `
    grant usage on schema ${name} to ${grantee};
    grant execute on function ${name}.mortise_add_job(text, json, timestamptz, text, int, int, text) to ${grantee};`;
  if (access === 'add') return add;
  return `${add}
    grant select, insert, update, delete on all tables in schema ${name} to ${grantee};
    grant usage on all sequences in schema ${name} to ${grantee};
    grant execute on all functions in schema ${name} to ${grantee};
    do $do$
    declare t record; policy text := ${pg.escapeLiteral(`mortise_queue_${role}`)};
    begin
      for t in select c.oid::regclass as name from pg_class c
        where c.relnamespace = ${pg.escapeLiteral(name)}::regnamespace and c.relkind = 'r' and c.relrowsecurity
      loop
        execute format('drop policy if exists %I on %s', policy, t.name);
        execute format('create policy %I on %s to %I using (true) with check (true)', policy, t.name, ${pg.escapeLiteral(role)});
      end loop;
    end $do$;`;
}

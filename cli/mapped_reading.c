/* mapped_reading.c — the contract is in mapped_reading.h. SPDX-License-Identifier: Apache-2.0 */
#include "mapped_reading.h"

void mapped_reading_close(struct mapped_reading *mapped)
{
    list_reader_close(&mapped->records);
    source_pool_return(mapped->job->sources, mapped->source);
    transform_destroy(mapped->transform);
    mapped->source = NULL;
    mapped->transform = NULL;
}

bool mapped_reading_open(struct mapped_reading *mapped,
                         struct reader *reader,
                         struct transformer *transformer,
                         struct error *error)
{
    struct job *job = mapped->job;
    struct entity *entity = mapped->entity;
    if (!source_pool_lend(job->sources, job_source_settings(job, entity), &mapped->source, error) ||
        !source_let_go(mapped->source, error) || /* what loading saw proves nothing about now */
        !list_reader_open(&mapped->records,
                          mapped->source,
                          entity->relation,
                          entity->source_columns,
                          entity->source_column_count,
                          &mapped->chunks,
                          &entity->cancel,
                          reader,
                          error) ||
        !transform_create(entity->program, &job->budget, &mapped->transform, error)) {
        mapped_reading_close(mapped);
        return false;
    }
    transform_use_groups(mapped->transform, entity->grouped.groups);
    *transformer = transform_as_transformer(mapped->transform);
    return true;
}

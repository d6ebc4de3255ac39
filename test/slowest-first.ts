import { BaseSequencer, type TestSpecification } from 'vitest/node';

const long =
  /\/test\/(?:simulation\/(?:ledger|simulation)|cli\/snapshot\/restore|tenancy\/|bench\/|rooms\/limits\/bu|e2e\/(?:accessibility(?:-phone)?|snapshots|kill|snapshot-server-kills|cli)\.)/;

/**
 * Files that take long begin first, so that none of them is left alone at the end while other cores have nothing to do. Vitest knows how
 * long a file took only where it ran before, and else goes by its size, which says little of a simulation.
 */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    return projects.flatMap((project) => {
      const mine = sorted.filter((file) => file.project === project);
      const isLong = ({ moduleId }: TestSpecification) => long.test(moduleId);
      return [...mine.filter(isLong), ...mine.filter((file) => !isLong(file))];
    });
  }
}
